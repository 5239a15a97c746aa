"""Refusals of map tiles and of postcodes, each with one Dutch sentence for the user."""

from __future__ import annotations

from geo.errors import GeoError


class TilesError(GeoError):
    """Map tiles cannot be made or read."""

    @classmethod
    def nothing_to_draw(cls, file: str) -> TilesError:
        """The extract has no object of any map layer."""
        return cls(f"In {file} staat niets dat op een kaart kan worden getekend.")

    @classmethod
    def damaged(cls, file: str, detail: str) -> TilesError:
        """The archive on disk is not what was written."""
        return cls(f"De kaarttegels {file} zijn beschadigd ({detail}); maak ze opnieuw met `flask geo tiles`.")

    @classmethod
    def not_written(cls, file: str, detail: str) -> TilesError:
        """The disk refused; the old tiles are untouched."""
        return cls(
            f"De kaarttegels {file} konden niet worden weggeschreven ({detail}); de oude kaart blijft in gebruik."
        )
