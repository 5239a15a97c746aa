"""Timetables (GTFS): reading a feed once, keeping it in versions, and opening the runs of one day.

Public names
------------
``geo.timetable.build``
    ``import_feed(home, name, source) -> Feed``: reads a GTFS zip whole or refuses it whole.
``geo.timetable.store``
    ``Timetables(home)``: ``names()``, ``open(name) -> Feed`` (kept per process, follows a new version).
    ``Feed``: ``name digest first_day last_day zone``, ``day(date) -> DayTable``.
``geo.timetable.faults``
    ``FeedRefused`` with its faults and ``TimetableError``: codes and values, no sentences.

A *call* is one stop of one trip. A *point* is where one gets on or off: every stop is one, and a stop has further ones
for trips with a change rule of their own. A *run* is a trip on a date. Times are whole seconds after noon minus twelve
hours of the day that is asked about, which is midnight but for the two days a year when the clock changes.
"""
