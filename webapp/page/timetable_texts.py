"""Codes of timetables as sentences, in the language of the reader; commands speak Dutch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import LazyString, lazy_gettext

from geo.timetable.faults import FeedFaultCode, FeedRefused, TimetableErrorCode
from geo.transit.answers import NoJourney
from usecases.refusals import Fault, InputRefused

if TYPE_CHECKING:
    from geo.timetable.faults import FeedFault, TimetableError

Code = FeedFaultCode
WHOLE = {
    Code.NO_FILE: lazy_gettext("het bestand bestaat niet of is niet te lezen"),
    Code.NO_ZIP: lazy_gettext("dit is geen zipbestand; een dienstregeling (GTFS) is één zip met tabellen"),
    Code.CUT_OFF: lazy_gettext("het zipbestand is afgebroken of beschadigd; haal het opnieuw op"),
    Code.OUTSIDE_PATH: lazy_gettext("een bestand in de zip wil buiten de map worden uitgepakt; vertrouw deze zip niet"),
    Code.DOUBLE_TABLE: lazy_gettext("deze tabel staat twee keer in de zip"),
    Code.MISSING_TABLE: lazy_gettext("deze tabel ontbreekt in de zip"),
    Code.MISSING_COLUMN: lazy_gettext("de kolom ontbreekt"),
    Code.DOUBLE_COLUMN: lazy_gettext("deze kolom staat er twee keer"),
    Code.NOT_UTF8: lazy_gettext("de tekst is geen UTF-8"),
    Code.NOT_CSV: lazy_gettext("de tabel is niet te lezen als CSV"),
    Code.EMPTY_TABLE: lazy_gettext("de tabel heeft geen rijen"),
    Code.TOO_MANY_FIELDS: lazy_gettext("meer velden dan de kop; zet tekst met een komma tussen aanhalingstekens"),
    Code.NO_DAY: lazy_gettext("op geen enkele dag rijdt er iets"),
}  # fmt: skip
"""What is wrong with a whole table, row or file."""
EXPECTED = {
    Code.EMPTY_VALUE: lazy_gettext("een waarde"),
    Code.UNKNOWN_ID: lazy_gettext("een nummer uit %(table)s"),
    Code.DOUBLE_ID: lazy_gettext("een nummer dat er één keer staat"),
    Code.BAD_NUMBER: lazy_gettext("een getal van 0 of meer"),
    Code.BAD_TIME: lazy_gettext("een tijd als 08:05:00"),
    Code.TIME_BACKWARDS: lazy_gettext("een tijd niet vóór %(before)s (rit %(trip)s)"),
    Code.TIME_MISSING: lazy_gettext("een tijd aan het begin en einde van rit %(trip)s"),
    Code.DOUBLE_SEQUENCE: lazy_gettext("een volgnummer dat in deze rit één keer staat"),
    Code.BAD_DATE: lazy_gettext("een datum als 20260310"),
    Code.BAD_CHOICE: lazy_gettext("één van %(choices)s"),
    Code.END_BEFORE_START: lazy_gettext("een einde niet vóór %(start)s"),
    Code.BAD_HEADWAY: lazy_gettext("een aantal seconden van meer dan 0"),
    Code.SEVERAL_ZONES: lazy_gettext("dezelfde tijdzone als de rest (%(other)s)"),
    Code.UNKNOWN_ZONE: lazy_gettext("een tijdzone als Europe/Amsterdam"),
    Code.POINT_ZERO: lazy_gettext("een punt op de kaart, niet 0,0"),
    Code.POINT_SWAPPED: lazy_gettext("eerst de breedte, dan de lengte: ze staan verwisseld"),
    Code.POINT_IMPOSSIBLE: lazy_gettext("graden met een punt, zoals 52.6 en 5.4"),
}
"""What should have stood there."""
ERRORS = {
    TimetableErrorCode.UNKNOWN: lazy_gettext("De dienstregeling %(name)s bestaat niet; er is: %(known)s."),
    TimetableErrorCode.BAD_NAME: lazy_gettext(
        "De naam %(name)s kan niet: gebruik 1 tot 40 kleine letters, cijfers of streepjes."
    ),
    TimetableErrorCode.DAMAGED: lazy_gettext(
        "De dienstregeling %(name)s is op de schijf beschadigd (%(detail)s); lees haar opnieuw in."
    ),
    TimetableErrorCode.NOT_WRITTEN: lazy_gettext(
        "De dienstregeling %(name)s is niet weggeschreven (%(detail)s); de oude blijft in gebruik."
    ),
    TimetableErrorCode.BUSY: lazy_gettext("De dienstregeling %(name)s wordt al ingelezen; wacht tot dat klaar is."),
    TimetableErrorCode.BAD_LIMIT: lazy_gettext("De grens van %(found)s minuten kan niet: kies 1 tot en met 360."),
    TimetableErrorCode.BAD_RIDES: lazy_gettext("%(found)s ritten kan niet: kies 1 tot en met %(most)s."),
    TimetableErrorCode.BAD_ACCESS: lazy_gettext("Naar de halte gaat iemand lopend of met de fiets."),
    TimetableErrorCode.NO_LAYER: lazy_gettext(
        "Het netwerk %(network)s heeft geen wegen voor %(layer)s; bouw het opnieuw."
    ),
    TimetableErrorCode.NO_SUCH_HOUR: lazy_gettext(
        "Het moment %(found)s bestaat niet: in die nacht gaat de klok een uur vooruit."
    ),
}
REASONS = {
    NoJourney.EXPIRED: lazy_gettext("De dienstregeling is verlopen op deze dag; lees een nieuwe in."),
    NoJourney.NOT_YET: lazy_gettext("De dienstregeling begint pas na dit moment."),
    NoJourney.NO_STOP: lazy_gettext("Er is geen halte in de buurt."),
    NoJourney.NO_JOURNEY: lazy_gettext("Er gaat op dit moment geen bus of trein die erheen brengt."),
    NoJourney.BEYOND_LIMIT: lazy_gettext("De reis duurt langer dan de grens."),
    NoJourney.TOO_MANY_RIDES: lazy_gettext("De reis vraagt te veel overstappen."),
    NoJourney.OUTSIDE_NETWORK: lazy_gettext("Dit punt ligt buiten het wegennet."),
    NoJourney.TOO_FAR_FROM_ROAD: lazy_gettext("Dit punt ligt te ver van een weg."),
    NoJourney.SEPARATE_ISLAND: lazy_gettext("Dit punt ligt aan een weg die nergens op aansluit."),
}
DROPPED = {
    "trips_without_times": lazy_gettext("ritten zonder tijden"),
    "unused_stops": lazy_gettext("haltes waar niets stopt"),
    "guessed_times": lazy_gettext("tijden tussen hun buren geplaatst"),
    "odd_speed": lazy_gettext("stukken met een vreemde snelheid"),
    "doubled_runs": lazy_gettext("dubbele ritten samengevoegd"),
}


def refused_feed(source: str, refused: FeedRefused) -> InputRefused:
    """Everything that is wrong in a feed as faults with a place and a remedy."""
    return InputRefused([_fault(source, fault) for fault in refused.faults])


def _fault(source: str, fault: FeedFault) -> Fault:
    file = source if fault.file == source else f"{source}, {fault.file}"
    sentence = WHOLE.get(fault.code)
    if sentence is None:
        expected = _filled(EXPECTED[fault.code], dict(fault.values))
        return Fault(file, fault.line, fault.column, fault.found or "", expected)
    what = fault.values.get("column")
    if what is None and fault.found and fault.code is not Code.TOO_MANY_FIELDS:
        file = f"{file}, {fault.found}"
    return Fault(file, fault.line, what, None, str(sentence))


def refused_question(error: TimetableError) -> InputRefused:
    """A question or an installed timetable that is refused, as a sentence."""
    return InputRefused.because(_filled(ERRORS[error.code], error.values))


def _filled(sentence: LazyString, values: dict[str, str]) -> str:
    return str(sentence) % values
