"""calendar.txt and calendar_dates.txt: on which days a service runs; feed_info.txt may narrow them.

Both tables are optional, one of the two is needed. The days of the services decide what the feed is valid for;
feed_info can only take days away at the ends.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.timetable.faults import FeedFaultCode
from geo.timetable.fields import read_date

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.timetable.archive import FeedArchive
    from geo.timetable.collecting import Faults

CALENDAR, DATES, INFO = "calendar.txt", "calendar_dates.txt", "feed_info.txt"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MOST_DAYS, _YEAR = 1500, 365
ADDED, REMOVED = "1", "2"


@dataclass(frozen=True, slots=True)
class Services:
    """Which service runs on which day.

    Attributes
    ----------
    first
        The day of column 0.
    runs
        Shape ``(services, days)``.
    number
        Id → row.
    """

    first: dt.date
    runs: NDArray[np.bool_]
    number: dict[str, int]

    def day(self, column: int) -> dt.date:
        """The date of a column."""
        return self.first + dt.timedelta(days=column)


@dataclass(frozen=True, slots=True)
class FeedInfo:
    """What the publisher says about the feed as a whole; empty where nothing is said."""

    publisher: str = ""
    version: str = ""
    first: dt.date | None = None
    last: dt.date | None = None


def read_info(archive: FeedArchive, faults: Faults) -> FeedInfo:
    """Read the one row of feed_info.txt, when there is one."""
    if not archive.has(INFO):
        return FeedInfo()
    optional = ("feed_publisher_name", "feed_version", "feed_start_date", "feed_end_date")
    for rows in archive.rows(INFO, (), optional):
        ends: list[dt.date | None] = []
        for column in optional[2:]:
            text = rows.columns[column][0]
            day = read_date(text)
            if text and day is None:
                faults.add(FeedFaultCode.BAD_DATE, INFO, 0, column, text)
            ends.append(day)
        if ends[0] and ends[1] and ends[1] < ends[0]:
            faults.add(FeedFaultCode.END_BEFORE_START, INFO, 0, optional[3], f"{ends[1]:%Y%m%d}", start=f"{ends[0]}")
        return FeedInfo(rows.columns[optional[0]][0], rows.columns[optional[1]][0], ends[0], ends[1])
    return FeedInfo()


def read_services(archive: FeedArchive, info: FeedInfo, faults: Faults, *, around: dt.date | None = None) -> Services:
    """Read both calendars.

    Parameters
    ----------
    around
        A service that runs "for ever" is read from a year before this day on; from its own start without it.

    Raises
    ------
    FeedRefused
        Neither is there, a date or exception is wrong, an end lies before its start, or no day is served at all.
    """
    if not archive.has(CALENDAR) and not archive.has(DATES):
        archive.need(CALENDAR)
    spans = _read_calendar(archive, faults, around) if archive.has(CALENDAR) else {}
    changes = _read_dates(archive, faults) if archive.has(DATES) else {}
    faults.check()
    days: dict[str, set[dt.date]] = {}
    for service, (weekdays, first, last) in spans.items():
        every = (first + dt.timedelta(days=at) for at in range((last - first).days + 1))
        days[service] = {day for day in every if weekdays[day.weekday()]}
    for (service, day), kind in changes.items():
        chosen = days.setdefault(service, set())
        if kind == ADDED:
            chosen.add(day)
        else:
            chosen.discard(day)
    first, last = info.first or dt.date.min, info.last or dt.date.max
    kept = {service: {day for day in chosen if first <= day <= last} for service, chosen in days.items()}
    served = set().union(*kept.values()) if kept else set()
    if not served:
        faults.add(FeedFaultCode.NO_DAY, CALENDAR if archive.has(CALENDAR) else DATES)
        faults.check()
    return _build(kept, min(served), max(served))


def _build(days: dict[str, set[dt.date]], first: dt.date, last: dt.date) -> Services:
    number = {service: at for at, service in enumerate(sorted(days))}
    runs = np.zeros((len(number), (last - first).days + 1), bool)
    for service, chosen in days.items():
        runs[number[service], [(day - first).days for day in chosen]] = True
    return Services(first, runs, number)


def _read_calendar(
    archive: FeedArchive, faults: Faults, around: dt.date | None
) -> dict[str, tuple[tuple[bool, ...], dt.date, dt.date]]:
    spans: dict[str, tuple[tuple[bool, ...], dt.date, dt.date]] = {}
    names = ("service_id", *WEEKDAYS, "start_date", "end_date")
    for rows in archive.rows(CALENDAR, names):
        for row, values in enumerate(zip(*(rows.columns[name] for name in names), strict=True), rows.first):
            service, weekdays = values[0], values[1:8]
            if not service:
                faults.add(FeedFaultCode.EMPTY_VALUE, CALENDAR, row, "service_id")
            if service in spans:
                faults.add(FeedFaultCode.DOUBLE_ID, CALENDAR, row, "service_id", service)
            for name, text in zip(WEEKDAYS, weekdays, strict=True):
                if text not in {"0", "1"}:
                    faults.add(FeedFaultCode.BAD_CHOICE, CALENDAR, row, name, text, choices="0, 1")
            span = _span(row, values[8], values[9], faults, around)
            if span is not None:
                spans[service] = (tuple(text == "1" for text in weekdays), *span)
    return spans


def _span(row: int, start: str, end: str, faults: Faults, around: dt.date | None) -> tuple[dt.date, dt.date] | None:
    first, last = read_date(start), read_date(end)
    for column, text, day in (("start_date", start, first), ("end_date", end, last)):
        if day is None:
            faults.add(FeedFaultCode.BAD_DATE, CALENDAR, row, column, text)
    if first is None or last is None:
        return None
    if last < first:
        faults.add(FeedFaultCode.END_BEFORE_START, CALENDAR, row, "end_date", end, start=start)
        return None
    # A feed that says "for ever" is read for some years; nobody plans a stage beyond them.
    if around is not None and (last - first).days > _MOST_DAYS:
        first = min(max(first, around - dt.timedelta(days=_YEAR)), last)
    return first, min(last, first + dt.timedelta(days=_MOST_DAYS))


def _read_dates(archive: FeedArchive, faults: Faults) -> dict[tuple[str, dt.date], str]:
    changes: dict[tuple[str, dt.date], str] = {}
    names = ("service_id", "date", "exception_type")
    for rows in archive.rows(DATES, names):
        for row, (service, date, kind) in enumerate(
            zip(*(rows.columns[name] for name in names), strict=True), rows.first
        ):
            day = read_date(date)
            if not service:
                faults.add(FeedFaultCode.EMPTY_VALUE, DATES, row, "service_id")
            if day is None:
                faults.add(FeedFaultCode.BAD_DATE, DATES, row, "date", date)
            if kind not in {ADDED, REMOVED}:
                faults.add(FeedFaultCode.BAD_CHOICE, DATES, row, "exception_type", kind, choices="1, 2")
            if day is None:
                continue
            if changes.setdefault((service, day), kind) != kind:
                faults.add(FeedFaultCode.DOUBLE_ID, DATES, row, "service_id, date", f"{service}, {date}")
    return changes
