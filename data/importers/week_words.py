"""Days of the week as people write them: ``ma/di``, ``Di + Do``, ``maandag t/m woensdag``; and ways to travel.

What has two meanings is asked: ``ma-do`` is a range or two days, "ma of di" is a choice, "2 dagen" names no day.
"""

from __future__ import annotations

import re

from data.importers.fields import ExpectedError
from matching.places.model import Mode, Weekday, to_day_text

_DAYS = "dagen uit ma di wo do vr za zo"
_THROUGH = re.compile(r"\b(t\s*/\s*m|t\.\s*m\.?|tot\s+en\s+met|tm)(?=\W|$)\.?", re.IGNORECASE)
_AND = re.compile(r"[/+&;,|]|\.(?=\w)|\ben\b|\bplus\b", re.IGNORECASE)
_HYPHEN = re.compile(r"[-–—]")


def _names() -> dict[str, Weekday]:
    """Every way to write one day: ``ma``, ``maa``, ``maandag``, ``maandagen``, ``maandags``, ``'s maandags``."""
    found: dict[str, Weekday] = {}
    for day in Weekday:
        word = day.label
        for name in (day.short, word[:3], word, f"{word}en", f"{word}s"):
            found[name] = day
    return found


_DAY_OF = _names()


def read_days(cell: str) -> str:
    """Days as ``di do``, in the order of the week.

    Raises
    ------
    ExpectedError
        A word is no day, or the cell can be read in two ways.
    """
    text = re.sub(r"['’‘]s\s+", "", cell.casefold())
    if _HYPHEN.search(text):
        raise ExpectedError(f"{_DAYS}; een streepje kan 'en' zijn of 'tot en met': schrijf ma di of ma t/m do")
    if re.search(r"\b(of|tot)\b", _THROUGH.sub(" ", text)):
        raise ExpectedError(f"{_DAYS}; hier staat een keuze: kies de dagen, bijvoorbeeld ma di")
    days: set[Weekday] = set()
    # A range binds its two neighbours: "ma t/m wo en vr" is four days.
    for part in _AND.split(_THROUGH.sub(" > ", text)):
        days |= _read_part([word.strip(".()'\"") for word in part.split()])
    if not days:
        raise ExpectedError(_DAYS)
    return to_day_text(frozenset(days))


def _read_part(words: list[str]) -> set[Weekday]:
    """Days between two signs that mean "and"."""
    days: set[Weekday] = set()
    at = 0
    while at < len(words):
        first = _day(words[at])
        if at + 1 < len(words) and words[at + 1] == ">":
            if at + 2 >= len(words):
                raise ExpectedError(f"{_DAYS}; achter 't/m' ontbreekt een dag")
            last = _day(words[at + 2])
            if last <= first:
                raise ExpectedError(f"{_DAYS}; de reeks loopt van {first.short} terug naar {last.short}")
            days |= {day for day in Weekday if first <= day <= last}
            at += 3
        else:
            days.add(first)
            at += 1
        if at < len(words) and words[at] == ">":
            raise ExpectedError(f"{_DAYS}; voor 't/m' ontbreekt een dag")
    return days


def _day(word: str) -> Weekday:
    if word not in _DAY_OF:
        shown = "t/m" if word == ">" else word
        raise ExpectedError(f"{_DAYS}. De dag ‘{shown}’ bestaat niet; kies uit ma di wo do vr za zo.")
    return _DAY_OF[word]


_MODE_OF = {
    **{mode.value: mode for mode in Mode},
    "fietsen": Mode.BICYCLE,
    "fietsend": Mode.BICYCLE,
    "met de fiets": Mode.BICYCLE,
    "op de fiets": Mode.BICYCLE,
    "e-bike": Mode.BICYCLE,
    "ebike": Mode.BICYCLE,
    "elektrische fiets": Mode.BICYCLE,
    "met de bus": Mode.OV,
    "met de trein": Mode.OV,
    "met bus": Mode.OV,
    "loop": Mode.FOOT,
    "lopend": Mode.FOOT,
    "te voet": Mode.FOOT,
    "met de auto": Mode.CAR,
    "openbaar vervoer": Mode.OV,
    "met het openbaar vervoer": Mode.OV,
    "met het ov": Mode.OV,
    "o v": Mode.OV,
    "bus": Mode.OV,
    "trein": Mode.OV,
    "tram": Mode.OV,
    "metro": Mode.OV,
}
_LONGEST_MODE = max(len(name.split()) for name in _MODE_OF)


def read_modes(cell: str) -> str:
    """Ways to travel as ``fiets ov``, in the order of `Mode`; "of" and "en" both mean that each is allowed."""
    words = [
        word for word in re.split(r"[\s/+&;,|.]+|(?<!\w)-(?!\w)", cell.casefold()) if word and word not in {"en", "of"}
    ]
    wanted: set[Mode] = set()
    at = 0
    while at < len(words):
        for length in range(min(_LONGEST_MODE, len(words) - at), 0, -1):
            found = _MODE_OF.get(" ".join(words[at : at + length]))
            if found is not None:
                wanted.add(found)
                at += length
                break
        else:
            raise ExpectedError(f"een of meer van {', '.join(mode.value for mode in Mode)}")
    return " ".join(mode.value for mode in Mode if mode in wanted)
