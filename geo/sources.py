"""Where the extract of a network lies, so that its map tiles are cut from the same file."""

from __future__ import annotations

import json
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING

from geo.map_errors import TilesError

if TYPE_CHECKING:
    from geo.graph import RoadGraph

_FILE = "SOURCE.json"


def remember_source(folder: Path, source: Path) -> None:
    """Note in the folder of a network which file it was built from; replaced in one step.

    Parameters
    ----------
    folder
        ``networks/NAME``.
    source
        The extract.
    """
    fresh = folder / f"{_FILE}.new"
    fresh.write_text(json.dumps({"path": str(source.resolve())}), "utf-8")
    fresh.replace(folder / _FILE)


def find_source(folder: Path, graph: RoadGraph, given: Path | None = None) -> Path:
    """Find the extract that a network was built from, and make sure that it is the same file.

    Parameters
    ----------
    given
        Where the extract lies now; by default where it lay when the network was built.

    Raises
    ------
    TilesError
        The extract is gone, was changed, or the network was not built from an extract.
    """
    if not graph.source.endswith((".osm.pbf", ".osm")):
        raise TilesError.no_extract(graph.name, graph.source)
    if given is None:
        try:
            given = Path(json.loads((folder / _FILE).read_text("utf-8"))["path"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise TilesError.source_gone(graph.name, graph.source) from error
    try:
        with given.open("rb") as stream:
            same = file_digest(stream, "sha256").hexdigest() == graph.meta["source_sha256"]
    except OSError as error:
        raise TilesError.source_gone(graph.name, graph.source) from error
    if not same:
        raise TilesError.source_changed(graph.name, given.name)
    return given
