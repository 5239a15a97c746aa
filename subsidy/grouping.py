"""Who is awarded: vestigingen as they are, or put together per BRIN or per bestuur."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from subsidy.parameters import Level
from subsidy.telling import Leerlingentelling, SchoolCount


@dataclass(frozen=True, slots=True)
class Bestuur:
    """A bevoegd gezag: number as text, and name."""

    number: str
    name: str


@dataclass(frozen=True, slots=True)
class Group:
    """One that is awarded an amount.

    Attributes
    ----------
    key
        Vestiging, BRIN or number of the bevoegd gezag; the BRIN where the bevoegd gezag is not known.
    name
        Dutch name.
    note
        Dutch sentence when something about the group is not known.
    """

    key: str
    name: str
    note: str = ""


def _bestuur_group(row: SchoolCount, besturen: Mapping[str, Bestuur], brin_name: str) -> Group:
    found = besturen.get(row.vestiging)
    if found is not None:
        return Group(found.number, found.name)
    if row.bestuur is not None:
        return Group(row.bestuur, f"Bevoegd gezag {row.bestuur}")
    note = f"Geen adressenbestand noemt het bestuur van {row.brin}; deze instelling is daarom een eigen groep."
    return Group(row.brin, f"{brin_name} (bestuur onbekend)", note)


def group_schools(telling: Leerlingentelling, level: Level, besturen: Mapping[str, Bestuur]) -> dict[str, Group]:
    """Say for every vestiging of a telling to which group it belongs.

    Parameters
    ----------
    telling
        The count.
    level
        ``vestiging``, ``brin`` or ``bestuur``.
    besturen
        Bevoegd gezag per vestiging, as the address register knows it; goes before what the telling noted.

    Returns
    -------
    dict
        Group per vestiging. An institution without a known bestuur is a group of its own, with a note: its pupils
        are never dropped and never put with strangers.
    """
    brin_names: dict[str, str] = {}
    for row in telling.schools:
        brin_names.setdefault(row.brin, row.name)
    groups: dict[str, Group] = {}
    for row in telling.schools:
        if level is Level.VESTIGING:
            groups[row.vestiging] = Group(row.vestiging, row.name)
        elif level is Level.BRIN:
            groups[row.vestiging] = Group(row.brin, brin_names[row.brin])
        else:
            groups[row.vestiging] = _bestuur_group(row, besturen, brin_names[row.brin])
    return groups
