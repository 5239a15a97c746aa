"""RawNetwork: what a reader took from its source, before it becomes a graph. One shape for both ways in."""

from __future__ import annotations

import datetime as dt
from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from geo.profiles import WAY_TAGS, WayRule, judge_way
from geo.profiles.tags import duration_s

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy as np
    from numpy.typing import NDArray

OSM_LICENCE = "© OpenStreetMap-bijdragers, Open Database License (ODbL) 1.0"


@dataclass(frozen=True, slots=True)
class TurnRestriction:
    """One turn that is forbidden (``no_*``) or prescribed (``only_*``).

    Attributes
    ----------
    ways
        OSM way ids: from, any via ways, to.
    via_nodes
        Via node ids; empty when the via is a way.
    only
        True for ``only_*``.
    modes
        Bits, in the order of ``geo.profiles.MODES``, of who is bound.
    """

    ways: tuple[int, ...]
    via_nodes: tuple[int, ...]
    only: bool
    modes: int


@dataclass(slots=True)
class WayCollector:
    """Gathers ways one by one in compact arrays; equal tags are judged once."""

    ids: array[int] = field(default_factory=lambda: array("q"))
    starts: array[int] = field(default_factory=lambda: array("q", [0]))
    refs: array[int] = field(default_factory=lambda: array("q"))
    rule: array[int] = field(default_factory=lambda: array("i"))
    name: array[int] = field(default_factory=lambda: array("i"))
    duration_ds: array[int] = field(default_factory=lambda: array("i"))
    rules: list[WayRule] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=lambda: {"": 0})
    _rule_of: dict[WayRule, int] = field(default_factory=dict)
    _judged: dict[frozenset[tuple[str, str]], int] = field(default_factory=dict)

    def judge(self, tags: Mapping[str, str]) -> int:
        """Index of the rule for these tags, or -1 when nobody may come here."""
        key = frozenset((tag, value) for tag, value in tags.items() if tag in WAY_TAGS)
        known = self._judged.get(key)
        if known is None:
            rule = judge_way(dict(key))
            known = -1
            if rule.used:
                known = self._rule_of.setdefault(rule, len(self.rules))
                if known == len(self.rules):
                    self.rules.append(rule)
            self._judged[key] = known
        return known

    def add(self, way_id: int, refs: Iterable[int], tags: Mapping[str, str]) -> None:
        """Add a way when at least one mode may use it."""
        rule = self.judge(tags)
        if rule < 0:
            return
        self.ids.append(way_id)
        self.refs.extend(refs)
        self.starts.append(len(self.refs))
        self.rule.append(rule)
        name = tags.get("name") or tags.get("ref") or ""
        self.name.append(self.names.setdefault(name, len(self.names)))
        seconds = duration_s(tags.get("duration")) if tags.get("route") == "ferry" else None
        self.duration_ds.append(-1 if seconds is None else seconds * 10)


@dataclass(slots=True)
class RawNetwork:
    """Ways, the nodes they use, barriers and restrictions.

    Attributes
    ----------
    node_ids
        Sorted, unique.
    node_xy
        Longitude, latitude per node in units of 1e-7 degree, shape ``(nodes, 2)``.
    barriers
        Node id → modes that may not pass, as bits.
    """

    ways: WayCollector
    node_ids: NDArray[np.int64]
    node_xy: NDArray[np.int32]
    barriers: dict[int, int]
    restrictions: list[TurnRestriction]
    places: list[tuple[str, float, float]]
    source: str
    source_sha256: str
    extract_date: dt.date | None
    licence: str = OSM_LICENCE
