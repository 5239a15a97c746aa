"""Compile the kernel into its cache, in a process of its own: ``python -m geo.warm``.

A build starts this beside its own work, so that compiling costs no extra time and no memory in the builder.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from geo.build import build_network
from geo.graph import Networks
from geo.runtime import keep_cache_in
from geo.search import warm
from geo.travel import RoadTravel

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
STREETS = """<osm version='0.6'>
<node id='1' version='1' lat='52.6' lon='5.4'/><node id='2' version='1' lat='52.6' lon='5.402'/>
<node id='3' version='1' lat='52.6' lon='5.404'/><node id='4' version='1' lat='52.6' lon='5.406'/>
<way id='1' version='1'><nd ref='1'/><nd ref='2'/><tag k='highway' v='residential'/></way>
<way id='2' version='1'><nd ref='2'/><nd ref='3'/><tag k='highway' v='residential'/></way>
<way id='3' version='1'><nd ref='3'/><nd ref='4'/><tag k='highway' v='residential'/></way>
</osm>"""


@contextmanager
def warming(home: Path) -> Iterator[None]:
    """Compile for this ``STAGEROUTE_HOME`` beside the work inside the ``with``; wait for it at the end."""
    command = [sys.executable, "-m", "geo.warm", str(home.absolute())]
    # When compiling fails, the first question compiles again, and says so if it fails again.
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as compiler:  # noqa: S603 -- this interpreter, module and home
        try:
            yield
        except BaseException:
            compiler.kill()
            raise


def main() -> None:
    """Build three streets and ask for the nearest place and a route on the memory-mapped arrays."""
    keep_cache_in(Path(sys.argv[1]))
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "warm.osm"
        source.write_text(STREETS, "utf-8")
        graph = build_network(Path(folder), "warm", source)
        warm(graph.layer(graph.definitions[0]))
        RoadTravel(Networks(Path(folder)), graph.name).route(graph.definitions[0], (52.6, 5.401), (52.6, 5.405))


if __name__ == "__main__":
    main()
