"""Every way in which travel can be refused, each with one Dutch sentence for the user."""


class GeoError(ValueError):
    """Base of all refusals of this package; ``str(error)`` is one Dutch sentence."""


class ExtractError(GeoError):
    """The source file cannot be turned into a network."""

    @classmethod
    def missing(cls, file: str) -> "ExtractError":
        """There is no such file."""
        return cls(f"Het bestand {file} bestaat niet of is niet te lezen.")

    @classmethod
    def unknown_format(cls, file: str) -> "ExtractError":
        """The name does not tell which reader to use."""
        return cls(f"Het bestand {file} is geen .osm.pbf, .osm of .graphml; geef een van die drie.")

    @classmethod
    def empty(cls, file: str) -> "ExtractError":
        """The file has no bytes."""
        return cls(f"Het bestand {file} is leeg.")

    @classmethod
    def damaged(cls, file: str, detail: str) -> "ExtractError":
        """The reader stopped half-way."""
        return cls(f"Het bestand {file} is afgebroken of beschadigd en is niet gebruikt ({detail}).")

    @classmethod
    def no_roads(cls, file: str) -> "ExtractError":
        """Nothing to travel on."""
        return cls(f"In {file} staan geen wegen waar iemand met de fiets, lopend of met de auto mag komen.")

    @classmethod
    def duplicate(cls, file: str, kind: str, number: int) -> "ExtractError":
        """One id, two objects: nobody can say which one is meant."""
        return cls(f"In {file} komt {kind} {number} meer dan één keer voor; een uittreksel heeft elk nummer één keer.")

    @classmethod
    def swapped(cls, file: str) -> "ExtractError":
        """Coordinates that cannot be degrees of latitude and longitude."""
        return cls(f"In {file} liggen punten buiten de aarde: breedte en lengte zijn verwisseld, of geen graden.")

    @classmethod
    def place(cls, place: str) -> "ExtractError":
        """OSMnx could not fetch it."""
        return cls(f"De plaats {place} is niet opgehaald: onbekende plaats, of geen internet op deze computer.")

    @classmethod
    def no_coordinates(cls, file: str) -> "ExtractError":
        """Roads without nodes."""
        return cls(f"In {file} ontbreken de punten (nodes) van de wegen; maak het uittreksel opnieuw, mét punten.")


class NetworkError(GeoError):
    """A built network cannot be used."""

    @classmethod
    def unknown(cls, name: str, known: list[str]) -> "NetworkError":
        """No network has this name."""
        have = ", ".join(known) if known else "nog geen enkel netwerk"
        return cls(f"Het netwerk {name} bestaat niet; er is: {have}.")

    @classmethod
    def bad_name(cls, name: str) -> "NetworkError":
        """A name becomes a folder, so it is kept simple."""
        return cls(f"De naam {name!r} kan niet: gebruik 1 tot 40 kleine letters, cijfers of streepjes.")

    @classmethod
    def damaged(cls, name: str, detail: str) -> "NetworkError":
        """A file of the network is not what was written."""
        return cls(f"Het netwerk {name} is op de schijf beschadigd ({detail}); bouw het opnieuw.")

    @classmethod
    def not_written(cls, name: str, detail: str) -> "NetworkError":
        """The disk refused; the old network is untouched."""
        return cls(f"Het netwerk {name} kon niet worden weggeschreven ({detail}); het oude netwerk blijft in gebruik.")

    @classmethod
    def busy(cls, name: str) -> "NetworkError":
        """Another build of the same network is running."""
        return cls(f"Het netwerk {name} wordt op dit moment al gebouwd; wacht tot dat klaar is.")


class DefinitionError(GeoError):
    """A distance definition is unknown or wrong."""

    @classmethod
    def unknown(cls, definition: str, known: list[str]) -> "DefinitionError":
        """No definition has this id."""
        return cls(f"De afstandsdefinitie {definition} bestaat niet; kies uit {', '.join(known)}.")

    @classmethod
    def bad(cls, file: str, field: str, expected: str) -> "DefinitionError":
        """A field of a definition file is wrong."""
        return cls(f"In de afstandsdefinitie {file} klopt {field} niet; verwacht: {expected}.")


class PointError(GeoError):
    """A point is not a point on earth, or not where this network is."""

    @classmethod
    def not_a_number(cls, name: str) -> "PointError":
        """NaN, infinite or text."""
        return cls(f"De plek {name} heeft geen geldige breedte en lengte (verwacht: getallen zoals 52.37 en 4.89).")

    @classmethod
    def swapped(cls, name: str) -> "PointError":
        """The exchanged point does lie in the network."""
        return cls(
            f"Bij de plek {name} lijken breedte en lengte verwisseld; geef eerst de breedte (in Nederland 50 tot 54)."
        )

    @classmethod
    def out_of_range(cls, name: str) -> "PointError":
        """Not on the globe."""
        return cls(f"De plek {name} ligt niet op aarde: breedte is -90 tot 90, lengte -180 tot 180.")


class RequestError(GeoError):
    """The question itself cannot be answered."""

    @classmethod
    def duplicate_id(cls, what: str, key: str) -> "RequestError":
        """Two destinations with one id."""
        return cls(f"Het nummer {key} komt in de {what} meer dan één keer voor; elk nummer mag één keer.")

    @classmethod
    def bad_number(cls, what: str, expected: str) -> "RequestError":
        """A count, limit or list of minutes that makes no sense."""
        return cls(f"{what} klopt niet; verwacht: {expected}.")
