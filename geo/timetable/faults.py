"""Why a timetable is refused, as codes and values; the sentences stand in one catalogue at the edge."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from geo.errors import GeoError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST_FAULTS = 50
"""How many faults of one file are named; more would not be read by anybody."""


class FeedFaultCode(StrEnum):
    """What is wrong in a file of a feed."""

    NO_FILE = "geen_bestand"
    NO_ZIP = "geen_zip"
    CUT_OFF = "afgebroken"
    OUTSIDE_PATH = "pad_buiten_zip"
    DOUBLE_TABLE = "dubbele_tabel"
    MISSING_TABLE = "tabel_ontbreekt"
    MISSING_COLUMN = "kolom_ontbreekt"
    DOUBLE_COLUMN = "dubbele_kolom"
    NOT_UTF8 = "geen_utf8"
    NOT_CSV = "geen_csv"
    EMPTY_TABLE = "tabel_leeg"
    TOO_MANY_FIELDS = "te_veel_velden"
    EMPTY_VALUE = "waarde_ontbreekt"
    UNKNOWN_ID = "onbekend_nummer"
    DOUBLE_ID = "dubbel_nummer"
    BAD_NUMBER = "getal_onleesbaar"
    BAD_TIME = "tijd_onleesbaar"
    TIME_BACKWARDS = "tijd_terug"
    TIME_MISSING = "tijd_ontbreekt"
    DOUBLE_SEQUENCE = "dubbel_volgnummer"
    BAD_DATE = "datum_onleesbaar"
    BAD_CHOICE = "keuze_onbekend"
    END_BEFORE_START = "einde_voor_begin"
    BAD_HEADWAY = "interval_fout"
    SEVERAL_ZONES = "meer_tijdzones"
    UNKNOWN_ZONE = "tijdzone_onbekend"
    POINT_ZERO = "punt_nul"
    POINT_SWAPPED = "punt_verwisseld"
    POINT_IMPOSSIBLE = "punt_onmogelijk"
    NO_DAY = "geen_dag"


@dataclass(frozen=True, slots=True)
class FeedFault:
    """One thing that is wrong, and where.

    Attributes
    ----------
    file
        Table inside the feed, or the name of the feed itself.
    line, column
        Where; None when the whole file is meant.
    found
        The value as it stands there; None when there is none.
    values
        What the sentence needs besides.
    """

    code: FeedFaultCode
    file: str
    line: int | None = None
    column: str | None = None
    found: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)


class FeedRefused(GeoError):  # noqa: N818 -- a refusal is an answer, not a breakdown
    """The feed is refused as a whole; the version that was in use stays in use.

    Attributes
    ----------
    faults
        What is wrong, in the order in which it was met; at most ``MOST_FAULTS``.
    """

    def __init__(self, faults: Sequence[FeedFault]) -> None:
        self.faults = tuple(faults[:MOST_FAULTS])
        super().__init__(f"{self.faults[0].file}: {self.faults[0].code}")


class TimetableErrorCode(StrEnum):
    """Why an installed timetable, or a question about it, is refused."""

    UNKNOWN = "dienstregeling_onbekend"
    BAD_NAME = "naam_kan_niet"
    DAMAGED = "dienstregeling_beschadigd"
    NOT_WRITTEN = "niet_weggeschreven"
    BUSY = "wordt_al_gelezen"
    BAD_LIMIT = "grens_kan_niet"
    BAD_RIDES = "ritten_kan_niet"
    BAD_ACCESS = "voortransport_kan_niet"
    NO_SUCH_HOUR = "uur_bestaat_niet"
    NO_LAYER = "netwerk_zonder_laag"


class TimetableError(GeoError):
    """A question or an installed timetable is refused.

    Attributes
    ----------
    code, values
        What, and what its sentence needs.
    """

    def __init__(self, code: TimetableErrorCode, **values: str) -> None:
        self.code = code
        self.values = values
        super().__init__(str(code))
