"""What the search page asks, read from the query string: a stored pupil, or a place on earth without storing it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from data.importers.matching_templates import SECTORS
from geo.geocode import NoPlace, Place
from matching.errors import InvalidValueError
from matching.places.eligibility import Rule
from matching.places.law.facts import AgeGroup
from matching.places.model import Mode, Period, Point, Pupil, PupilId, Weekday

AD_HOC = "zoekvraag"
MOST_MINUTES = 180


@dataclass
class SearchQuestion:
    """The filters of the page; ``faults`` holds a sentence per field that could not be read."""

    pupil_id: str = ""
    place_text: str = ""
    sectors: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    minutes: str = ""
    relaxed: frozenset[Rule] = frozenset()
    faults: dict[str, str] = field(default_factory=dict)

    @staticmethod
    def read(args: Any) -> SearchQuestion:
        """Read the query string; unknown values become a fault, never a guess."""
        asked = SearchQuestion(
            pupil_id=args.get("leerling", "").strip(),
            place_text=args.get("postcode", "").strip(),
            sectors=tuple(word for word in args.getlist("sector") if word),
            days=tuple(word for word in args.getlist("dag") if word),
            modes=tuple(word for word in args.getlist("hoe") if word),
            minutes=args.get("hooguit", "").strip(),
        )
        relaxed = set()
        for word in args.getlist("versoepel"):
            rule = next((rule for rule in Rule if rule.value == word and rule.may_be_relaxed), None)
            if rule is not None:
                relaxed.add(rule)
        asked.relaxed = frozenset(relaxed)
        if any(word not in SECTORS for word in asked.sectors):
            asked.faults["sector"] = "Kies een sector uit de lijst."
        if any(word not in [day.short for day in Weekday] for word in asked.days):
            asked.faults["dag"] = "Kies dagen uit ma di wo do vr za zo."
        if any(word not in [mode.value for mode in Mode] for word in asked.modes):
            asked.faults["hoe"] = "Kies uit fiets, lopen, auto en ov."
        if asked.minutes and not (asked.minutes.isdecimal() and 1 <= int(asked.minutes[:6]) <= MOST_MINUTES):
            asked.faults["hooguit"] = f"Vul een heel getal in van 1 tot en met {MOST_MINUTES}."
        return asked

    def to_args(self, **other: Any) -> dict[str, Any]:
        """The same question as arguments of an address, with some changed (``None`` leaves one out)."""
        args: dict[str, Any] = {
            "leerling": self.pupil_id or None,
            "postcode": self.place_text or None,
            "sector": list(self.sectors) or None,
            "dag": list(self.days) or None,
            "hoe": list(self.modes) or None,
            "hooguit": self.minutes or None,
            "versoepel": sorted(rule.value for rule in self.relaxed) or None,
        }
        return {name: value for name, value in {**args, **other}.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that could be read: the pupil to search for, and what its point is."""

    pupil: Pupil
    where: str
    stored: bool


def to_pupil(
    question: SearchQuestion,
    schools: frozenset[str],
    *,
    find_pupil: Callable[[str], Pupil],
    find_place: Callable[[str], Place | NoPlace],
    today: date,
) -> Asked | None:
    """The pupil of the question, or one made up for it; ``None`` when there is nothing to search for yet.

    Filters of the page replace the pupil's own wishes for this search only.

    Parameters
    ----------
    find_pupil
        Gives a stored pupil by id.
    find_place
        Gives the place that a postcode or address names, or why there is none.
    """
    if question.faults:
        return None
    if question.pupil_id:
        pupil = find_pupil(question.pupil_id)
        return Asked(_with_filters(pupil, question), f"{pupil.origin.precision}", stored=True)
    if not question.place_text:
        return None
    place = find_place(question.place_text)
    if isinstance(place, NoPlace):
        question.faults["postcode"] = place.reason
        return None
    pupil = made_up_pupil(min(schools), Point(place.lat, place.lon, place.precision.value), today)
    return Asked(_with_filters(pupil, question), f"{place.label}, {place.precision.value}", stored=False)


def made_up_pupil(school: str, origin: Point, start: date) -> Pupil:
    """Somebody of 16 or 17 who lives at a point and would like anything, one day a week until the school year ends."""
    end = date(start.year + (start.month >= 8), 7, 31)
    return Pupil(
        id=PupilId(AD_HOC),
        school=school,
        origin=origin,
        sectors=tuple(SECTORS),
        days=frozenset({Weekday.DI}),
        period=Period(start, max(end, start + timedelta(days=28))),
        sixteen=True,
        age_group=AgeGroup.AGE_16_17,
        school_hours=(),
    )


def _with_filters(pupil: Pupil, question: SearchQuestion) -> Pupil:
    changes: dict[str, Any] = {}
    if question.sectors:
        own = [sector for sector in pupil.sectors if sector in question.sectors]
        changes["sectors"] = tuple(own + [sector for sector in question.sectors if sector not in own])
    if question.days:
        changes["days"] = frozenset(Weekday[word.upper()] for word in question.days)
    if question.modes:
        changes["modes"] = tuple(Mode(word) for word in question.modes)
    if question.minutes:
        changes["max_minutes"] = int(question.minutes)
    return replace(pupil, **changes) if changes else pupil


def request_key(session_part: str, pupil_id: str, place_id: str, count: int) -> str:
    """The key of a reserve form: the same form sent twice is one claim, a later one is another.

    ``count`` is the number of placements the pupil has had, so that after a withdrawal the same
    place can be reserved again.
    """
    text = f"{session_part}|{pupil_id}|{place_id}|{count}"
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def read_seats(form: Mapping[str, str]) -> dict[Weekday, int]:
    """Seats per weekday from a form with fields ``plekken_ma`` … ``plekken_zo``.

    Raises
    ------
    InvalidValueError
        A field is missing or is no whole number from 0 to 50.
    """
    if not any(f"plekken_{day.short}" in form for day in Weekday):
        raise InvalidValueError("Vul in hoeveel plekken er per dag zijn. Er is niets veranderd.")
    seats = {}
    for day in Weekday:
        text = form.get(f"plekken_{day.short}", "0").strip() or "0"
        if not text.isdecimal() or int(text[:4]) > 50:
            raise InvalidValueError(f"Vul bij {day.label} een heel getal in van 0 tot en met 50.")
        seats[day] = int(text)
    return seats
