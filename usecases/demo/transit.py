"""The buses and trains of Merenveld: a timetable on its streets, and invented prices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.demo.atlas import build_atlas
from data.demo.places import build_region
from data.demo.transit import NAME, write_fares, write_transit

if TYPE_CHECKING:
    from pathlib import Path

    from usecases.demo.loading import Loading


def load_transit(loading: Loading) -> None:
    """Read the timetable and its prices in, through the same doors as real ones."""
    from geo.timetable.build import import_feed

    source = write_transit(loading.folder / "merenveld-ov.zip", loading.region)
    feed = import_feed(loading.services.config.home, NAME, source)
    fares = write_fares(loading.folder / "merenveld-ov.toml", loading.region)
    loading.services.transit.fares.add(NAME, fares)
    loading.say(f"dienstregeling: {feed.counts['stops']} haltes, {feed.counts['trips']} ritten")


def write_demo_feed(out: Path, nodes: int, seed: int) -> None:
    """Write the timetable alone, for other programs; the same numbers give the same bytes."""
    write_transit(out, build_region(build_atlas(nodes, seed), seed))
