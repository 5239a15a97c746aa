"""Schools of the rest of the country, in the telling only: Merenveld divides the budget of the scheme with them.

They have no place on the map and are not in the register; without them twelve locations would share the money of all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PROVINCE: Final = "Buiten Merenveld"
_HOW_MANY: Final = 163
_FIRST: Final = ("Ooster", "Wester", "Noorder", "Zuider", "Nieuwe", "Oude", "Hoge", "Lage", "Lange", "Korte", "Grote",
                 "Kleine", "Verre")  # fmt: skip
_LAST: Final = ("horst", "veld", "broek", "donk", "hoven", "kamp", "wetering", "zijl", "monde", "laar", "geest", "aard",
                "berge")  # fmt: skip


@dataclass(frozen=True, slots=True)
class DistantSchool:
    """One vestiging outside Merenveld.

    Attributes
    ----------
    code, name, place
        As in the files of DUO; the code starts with 99, so it is nobody's.
    bestuur
        Number of the bevoegd gezag; three schools have the same one.
    pupils
        On 1 October 2023 in the voorlopige telling.
    correction
        What the definitieve telling adds; mostly nothing.
    """

    code: str
    name: str
    place: str
    bestuur: str
    pupils: int
    correction: int


def _school(number: int) -> DistantSchool:
    letters = chr(ord("B") + number // 26) + chr(ord("A") + number % 26)
    # 13 × 13 pairs, each once: a step that shares no factor with 13 in either list.
    place = _FIRST[number % 13] + _LAST[(number + number // 13) % 13]
    pupils = 57 + number * 97 % 233
    correction = {5: 2, 11: -3}.get(number % 16, 0)
    return DistantSchool(
        f"99{letters}00", f"Praktijkschool {place}", place, f"{99101 + number // 3}", pupils, correction
    )


DISTANT_SCHOOLS: Final = tuple(_school(number) for number in range(_HOW_MANY))
