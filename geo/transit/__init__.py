"""Public transport on the timetable: from a door to a door by way of stops.

Public names
------------
``geo.transit.travel``
    ``TransitTravel(feed, graph)``: ``journey(question) -> JourneyAnswer``.
``geo.transit.answers``
    ``JourneyAnswer``, ``Journey``, ``Leg``, ``Question``, ``NoJourney``: a value or a reason, no number for no trip.

The search is range-RAPTOR on patterns in which nobody overtakes (``kernel``): round by round, in which round ``k``
takes one ride more than the last.
"""
