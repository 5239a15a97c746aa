"""Fictional street, company and person names, chosen by number so that no randomness is needed."""

from typing import Final

_FIRST: Final = (
    "Molen", "Kerk", "Dorps", "School", "Wilgen", "Elzen", "Linden", "Eiken", "Beuken", "Berken", "Esdoorn",
    "Kastanje", "Merel", "Lijster", "Zwaluw", "Reiger", "Kievit", "Grutto", "Snoek", "Baars", "Otter", "Bever",
    "Waterlelie", "Riet", "Zegge", "Lisdodde", "Haven", "Markt", "Veer", "Sluis", "Brug", "Dijk", "Polder",
    "Boezem", "Vaart", "Gracht", "Bakkers", "Smeden", "Kuipers", "Touwslagers", "Zeilmakers", "Schippers",
    "Vissers", "Boerderij", "Klaver", "Korenbloem", "Boterbloem", "Madelief", "Noorder", "Zuider", "Ooster",
    "Wester", "Lange", "Korte", "Nieuwe", "Oude", "Groene", "Zilver", "Gouden", "Zonne", "Maan", "Sterren",
    "Regenboog", "Horizon", "Meer", "Oever", "Strand", "Duin", "Heide", "Bos",
)  # fmt: skip
_LAST: Final = ("straat", "weg", "laan", "pad", "plein", "hof", "kade", "dreef", "steeg", "singel", "wal", "akker")


def street_name(number: int) -> str:
    """The street name of a number; 840 different ones, then they repeat as in any region."""
    number %= len(_FIRST) * len(_LAST)
    return _FIRST[number % len(_FIRST)] + _LAST[(number // len(_FIRST) + number) % len(_LAST)]


def country_road(number: int) -> int:
    """A street-name number that gives a road outside towns: its name ends in ``weg``."""
    first = number % len(_FIRST)
    return next(
        place for place in range(first, len(_FIRST) * len(_LAST), len(_FIRST)) if street_name(place).endswith("weg")
    )
