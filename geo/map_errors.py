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

    @classmethod
    def no_extract(cls, network: str, source: str) -> TilesError:
        """The network comes from a graph, which has no water and no places."""
        return cls(f"Het netwerk {network} is gemaakt van {source}; kaarttegels kunnen alleen van .osm.pbf of .osm.")

    @classmethod
    def source_gone(cls, network: str, source: str) -> TilesError:
        """The extract is not where it was when the network was built."""
        return cls(f"Het uittreksel {source} van netwerk {network} is er niet meer; wijs het aan met --file BESTAND.")

    @classmethod
    def source_changed(cls, network: str, file: str) -> TilesError:
        """The file has other content than the network was built from."""
        return cls(
            f"{file} is een ander bestand dan waar netwerk {network} van is gemaakt; bouw eerst het netwerk opnieuw."
        )
