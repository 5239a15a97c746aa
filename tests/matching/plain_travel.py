"""A stand-in for the road network: straight lines at a fixed speed; held to the same contract as the real one."""

import math
from dataclasses import dataclass

SPEED_M_PER_S = {"fiets-snelst": 4.0, "lopen-kortst": 1.4, "auto-snelst": 12.0}


@dataclass(frozen=True)
class PlainTrip:
    seconds: int | None
    metres: int | None
    definition_id: str
    network_digest: str = "rechte-lijnen"
    origin_gap_m: float | None = 0.0
    destination_gap_m: float | None = 0.0
    reason: str | None = None


@dataclass(frozen=True)
class PlainReached:
    numbers: list[int]
    seconds: list[int]
    metres: list[int]
    definition_id: str
    network_digest: str = "rechte-lijnen"
    reason: str | None = None


class PlainTravel:
    """Everything is reachable in a straight line; ``closed`` points have no road."""

    def __init__(self, closed=()):
        self.closed = frozenset(closed)
        self.calls = 0

    def nearest(self, definition_id, origin, destinations, *, k, limit_s):
        return self.nearest_many(definition_id, [origin], destinations, k=k, limit_s=limit_s)[0]

    def reached(self, definition_id, origin, destinations, *, among, limit_s):
        wanted = [at for at in range(len(destinations)) if among is None or among >> at & 1]
        number = {destinations[at][0]: at for at in wanted}
        rows = self.nearest(definition_id, origin, [destinations[at] for at in wanted], k=None, limit_s=limit_s)
        return PlainReached(
            [number[name] for name, _ in rows],
            [trip.seconds for _, trip in rows],
            [trip.metres for _, trip in rows],
            definition_id,
        )

    def nearest_many(self, definition_id, origins, destinations, *, k, limit_s, eligible=None):
        self.calls += 1
        answers = []
        for at, (lat, lon) in enumerate(origins):
            found = []
            for number, (name, there_lat, there_lon) in enumerate(destinations):
                if eligible is not None and not eligible[at] >> number & 1:
                    continue
                metres = round(math.hypot((there_lat - lat) * 111_320, (there_lon - lon) * 67_700))
                seconds = math.ceil(metres / SPEED_M_PER_S[definition_id])
                if name not in self.closed and (limit_s is None or seconds <= limit_s):
                    found.append((seconds, name, PlainTrip(seconds, metres, definition_id)))
            found.sort(key=lambda row: row[:2])
            answers.append([(name, trip) for _, name, trip in found[:k]])
        return answers
