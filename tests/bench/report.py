"""Rows of a benchmark: printed as a table, kept as JSON."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement.

    Attributes
    ----------
    value, unit
        What was measured.
    peer, peer_value
        What it is held against, in the same unit; empty for a figure that stands by itself.
    demand
        What was asked, such as ``">= 45 x"``.
    met
        Whether it was; None when nothing was asked.
    """

    what: str
    value: float
    unit: str
    peer: str = ""
    peer_value: float | None = None
    demand: str = ""
    met: bool | None = None

    @property
    def ratio(self) -> float | None:
        """How many times less than the peer."""
        return None if self.peer_value is None else self.peer_value / self.value


@dataclass(slots=True)
class Report:
    """All rows of one benchmark."""

    name: str
    rows: list[Row] = field(default_factory=list)

    def add(self, what: str, value: float, unit: str, **more: object) -> Row:
        row = Row(what, float(value), unit, **more)  # type: ignore[arg-type]
        self.rows.append(row)
        print(line_of(row), flush=True)
        return row

    def against(self, what: str, value: float, unit: str, peer: str, peer_value: float, *, least: float = 0) -> Row:
        """A measurement beside a peer; ``least`` is the ratio that is demanded."""
        more = {"demand": f">= {least:g} x", "met": peer_value / value >= least} if least else {}
        return self.add(what, value, unit, peer=peer, peer_value=float(peer_value), **more)

    def at_most(self, what: str, value: float, unit: str, most: float) -> Row:
        """A measurement with a ceiling."""
        return self.add(what, value, unit, demand=f"<= {most:g} {unit}", met=value <= most)

    def save(self, folder: Path) -> Path:
        """Keep the report as JSON, with the machine it was measured on."""
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{self.name}.json"
        machine = {"cores": len(os.sched_getaffinity(0)), "python": platform.python_version(), "load": os.getloadavg()}
        content = {
            "name": self.name,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": machine,
            "rows": [asdict(row) | {"ratio": row.ratio} for row in self.rows],
        }
        file.write_text(json.dumps(content, indent=1), "utf-8")
        return file


def line_of(row: Row) -> str:
    """One line of the table."""
    peer = f"{row.peer} {row.peer_value:.4g} {row.unit} = {row.ratio:.1f} x" if row.ratio is not None else ""
    verdict = "" if row.met is None else ("ok" if row.met else "NIET GEHAALD")
    return f"  {row.what:<62} {row.value:>10.4g} {row.unit:<8} {peer:<44} {row.demand:<14} {verdict}"
