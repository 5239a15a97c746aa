"""The question of the page Met bus en trein, and its answer: a journey with its price, or the reason why not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask_babel import gettext

from geo.errors import GeoError
from geo.fares.rules import FareRefused
from geo.geocode import NoPlace, Place
from geo.timetable.faults import TimetableError
from geo.transit.answers import Mode, Question
from webapp.page.timetable_texts import refused_question

if TYPE_CHECKING:
    from geo.graph import RoadGraph
    from usecases.travel.roads import TravelService
    from usecases.travel.transit import Asked, TransitService

ARRIVE, DEPART = "aankomst", "vertrek"


@dataclass(frozen=True)
class Form:
    """What was asked, as it was typed.

    Attributes
    ----------
    origin, destination, day, time
        Free input; empty when not given.
    sort
        ``ARRIVE`` to be there by the time, ``DEPART`` to leave then.
    access
        How one goes to the stop.
    feed
        Name of the timetable.
    """

    origin: str
    destination: str
    day: str
    time: str
    sort: str
    access: Mode
    feed: str

    @classmethod
    def read(cls, arguments: Mapping[str, str], today: dt.date, feeds: list[str]) -> Form:
        """Read the query string; an unknown choice is the first one."""
        feed, access = arguments.get("dienstregeling", ""), arguments.get("halte", "")
        return cls(
            " ".join(arguments.get("van", "").split()),
            " ".join(arguments.get("naar", "").split()),
            arguments.get("dag", today.isoformat()).strip(),
            arguments.get("tijd", "08:30").strip(),
            DEPART if arguments.get("wanneer") == DEPART else ARRIVE,
            Mode.BICYCLE if access == Mode.BICYCLE.value else Mode.FOOT,
            feed if feed in feeds else next(iter(feeds), ""),
        )


@dataclass
class Answer:
    """The answer of the page; ``asked`` is None when nothing could be asked.

    Attributes
    ----------
    faults
        Field with the sentence that says what to do.
    """

    form: Form
    origin: Place | None = None
    destination: Place | None = None
    asked: Asked | None = None
    faults: dict[str, str] = field(default_factory=dict)


def compute(travel: TravelService, transit: TransitService, graph: RoadGraph, form: Form) -> Answer:
    """Answer a question of the page.

    Raises
    ------
    NetworkError
        The network is damaged.
    """
    answer = Answer(form)
    if not form.origin and not form.destination:
        return answer
    moment = _moment(form, answer.faults)
    _find(travel, answer)
    if answer.faults or answer.origin is None or answer.destination is None or moment is None or not form.feed:
        return answer
    from geo.transit.travel import seconds_of

    try:
        by_timetable = transit.travel(form.feed, graph)
        day, time_s = seconds_of(by_timetable.feed, moment)
        ends = (answer.origin.lat, answer.origin.lon), (answer.destination.lat, answer.destination.lon)
        question = Question(*ends, day, time_s, form.sort == ARRIVE, access=form.access)
        answer.asked = transit.ask(by_timetable, question, home_at=form.sort == ARRIVE)
    except TimetableError as error:
        answer.faults["tijd"] = str(refused_question(error))
    except FareRefused:
        answer.faults["dienstregeling"] = gettext(
            "De tarieven van deze dienstregeling zijn beschadigd; lees ze opnieuw in."
        )
    except GeoError as error:
        answer.faults["van"] = str(error)
    return answer


def _find(travel: TravelService, answer: Answer) -> None:
    texts = {"van": answer.form.origin, "naar": answer.form.destination}
    for name, text in texts.items():
        if not text:
            answer.faults[name] = gettext("Vul hier een plek in.")
    asked = {name: text for name, text in texts.items() if text}
    for name, found in zip(asked, travel.find_places(list(asked.values())), strict=True):
        if isinstance(found, NoPlace):
            answer.faults[name] = found.reason
        elif name == "van":
            answer.origin = found
        else:
            answer.destination = found


def _moment(form: Form, faults: dict[str, str]) -> dt.datetime | None:
    day: dt.date | None = None
    time: dt.time | None = None
    try:
        day = dt.date.fromisoformat(form.day)
    except ValueError:
        faults["dag"] = gettext("Vul een dag in als 2026-03-10.")
    try:
        time = dt.datetime.strptime(form.time, "%H:%M").time()  # noqa: DTZ007 -- the timetable knows the zone
    except ValueError:
        faults["tijd"] = gettext("Vul een tijd in als 08:30.")
    return None if day is None or time is None else dt.datetime.combine(day, time)
