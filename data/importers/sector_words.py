"""Sectors as people write them: full names first, then what stands between them.

"zorg/welzijn" is one sector and "bouw, techniek" are two, because the first is a name and the second is not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from data.importers.fields import ExpectedError, Value
from data.importers.matching_templates import SECTORS

_NAMES: Mapping[str, tuple[str, ...]] = {
    "techniek": ("technisch", "metaal", "metaaltechniek", "elektrotechniek", "installatietechniek", "autotechniek"),
    "bouw": (
        "bouwen", "bouwen wonen interieur", "bouw wonen interieur", "bouw infra", "bouw hout", "timmeren", "schilderen",
    ),
    "groen": (
        "hovenier", "hoveniers", "tuin", "tuinbouw", "groenvoorziening", "plant groen", "groene sector",
        "land tuinbouw", "groen natuur",
    ),
    "horeca": (
        "voeding", "horeca voeding", "horeca bakkerij", "horeca bakkerij recreatie", "bakkerij", "keuken", "catering",
        "koken",
    ),
    "zorg": ("welzijn", "zorg welzijn", "zorg hulp"),
    "logistiek": ("magazijn", "transport logistiek", "logistiek transport", "magazijn logistiek", "logistiek magazijn"),
    "detailhandel": (
        "retail", "verkoop", "winkel verkoop", "winkel", "winkels", "handel", "winkel detailhandel", "detail handel",
    ),
    "schoonmaak": ("schoonmaken", "facilitair", "schoonmaak facilitair", "facilitaire dienst", "facilitair schoonmaak"),
    "dierverzorging": ("dieren", "dier", "dierenverzorging", "dier verzorging", "verzorging dieren"),
}  # fmt: skip
"""Other names of the nine sectors, as words without what stands between them."""

_SECTOR_OF = {tuple(name.split()): sector for sector, names in _NAMES.items() for name in (sector, *names)}
_LONGEST = max(map(len, _SECTOR_OF))
_WORD = re.compile(r"[^\W\d_]+")
_BETWEEN = re.compile(r"^[\s/+&;,|().\-–]*$")
_EXPECTED = " of ".join([", ".join(SECTORS[:-1]), SECTORS[-1]])


def read_sectors(cell: str) -> tuple[str, ...]:
    """Sectors in the order of the cell, each once.

    Raises
    ------
    ExpectedError
        A word belongs to no sector; the nine are named, and what may be meant.
    """
    text = cell.casefold()
    if not _BETWEEN.match(_WORD.sub("", text)):
        raise ExpectedError(_EXPECTED)
    words = [word for word in _WORD.findall(text) if word != "en"]
    found: list[str] = []
    at = 0
    while at < len(words):
        for length in range(min(_LONGEST, len(words) - at), 0, -1):
            sector = _SECTOR_OF.get(tuple(words[at : at + length]))
            if sector is not None:
                found.append(sector)
                at += length
                break
        else:
            raise ExpectedError(_EXPECTED + _proposal(words))
    return tuple(dict.fromkeys(found))


def _proposal(words: list[str]) -> str:
    if {"geen", "niet", "zonder"} & set(words):
        return ""
    if "of" in words:
        return "; zet de wensen op volgorde, bijvoorbeeld groen|horeca"
    known = [_SECTOR_OF[(word,)] for word in words if (word,) in _SECTOR_OF]
    return f" (bedoelt u {known[0]}?)" if known else ""


def read_sector(cell: str) -> Value:
    """One sector.

    Raises
    ------
    ExpectedError
        It is none, or there are two.
    """
    found = read_sectors(cell)
    if len(found) != 1:
        raise ExpectedError(f"één sector; hier staan er {len(found)}")
    return found[0]
