"""Plain Dutch for the fixed words of rule files, receipts and the API; those keep their own words as keys."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

WORDS: Mapping[str, str] = MappingProxyType(
    {
        # Where a calculation stands.
        "niet te berekenen": "niet te berekenen",
        "voorlopig berekend": "voorlopig berekend",
        "berekend": "berekend",
        "gecontroleerd": "gecontroleerd",
        "vastgesteld": "vastgesteld",
        "T1 betaald": "eerste deel betaald",
        "T2 betaald": "tweede deel betaald",
        "ingetrokken": "ingetrokken",
        # Status of a telling, and where a number comes from.
        "voorlopig": "voorlopig",
        "definitief": "definitief",
        "bestand": "uit het bestand",
        "afgeleid": "afgeleid",
        "handmatig": "met de hand ingevuld",
        # How a budget is divided.
        "closed_budget": "het hele budget verdelen",
        "amount_per_pupil": "vast bedrag per leerling",
        "grootste_rest": "grootste rest",
        "half_up": "een halve cent naar boven",
        "half_down": "een halve cent naar beneden",
        "half_even": "een halve cent naar de even cent",
        "down": "naar beneden",
        "up": "naar boven",
        "tarief": "het bedrag per leerling",
        "school": "het bedrag per school",
        "vestiging": "per vestiging",
        "brin": "per school (BRIN)",
        "bestuur": "per bestuur",
        "eerste_deel": "in het eerste deel",
        "tweede_deel": "in het tweede deel",
        "laagste_code": "laagste code eerst",
        "hoogste_code": "hoogste code eerst",
        "meeste_leerlingen": "meeste leerlingen eerst",
        # What the journal tells.
        "toekenning": "toekenning",
        "doorverwijzing": "doorgestuurd",
        "correctie": "correctie",
        "betaling": "betaling",
        "fusie": "fusie",
        "sluiting": "sluiting",
        "opening": "opening",
        "overdracht van bestuur": "overdracht van bestuur",
    }
)


def plain(word: str) -> str:
    """Say a fixed word in plain Dutch; any other word stays as it is."""
    return WORDS.get(word, word)
