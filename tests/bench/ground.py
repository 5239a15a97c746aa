"""Networks to measure on: the real Liechtenstein, and Merenveld in several sizes; made once and kept."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.graph import Networks
from geo.snapping import Places

if TYPE_CHECKING:
    from geo.graph import Layer, RoadGraph

ROOT = Path(__file__).resolve().parents[2]
HOME = Path(os.environ.get("STAGEROUTE_HOME", ROOT / "instance")).absolute()
FOLDER = HOME / "bench"
LIECHTENSTEIN = ROOT / "../shared/data/osm/liechtenstein.osm.pbf"


class NoGroundError(Exception):
    """The file to measure on is not on this machine."""


def extract(name: str) -> Path:
    """File of a network: ``liechtenstein``, or the number of nodes of a generated one."""
    if name == "liechtenstein":
        if not LIECHTENSTEIN.exists():
            raise NoGroundError("de map ../shared/data met echte bestanden is er niet")
        return LIECHTENSTEIN.resolve()
    file = FOLDER / f"merenveld-{name}.osm.pbf"
    if not file.exists():
        from data.demo.roads import write_roads

        FOLDER.mkdir(parents=True, exist_ok=True)
        print(f"  Merenveld met {name} punten tekenen ...", flush=True)
        write_roads(file, int(name))
    return file


def measured(program: str, *arguments: object) -> dict[str, Any]:
    """Run a program in a process of its own; it prints JSON, and gets its peak memory and time added."""
    wrapped = (
        "import json, resource, sys, time, warnings; warnings.simplefilter('ignore'); began = time.perf_counter()\n"
        f"{program}\n"
        "answer['seconds'] = answer.get('seconds', time.perf_counter() - began)\n"
        "answer['peak_mb'] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000\n"
        "print(json.dumps(answer))"
    )
    command = [sys.executable, "-c", wrapped, *(str(argument) for argument in arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return dict(json.loads(done.stdout.splitlines()[-1]))


BUILD = """
from pathlib import Path
from geo.build import build_network
graph = build_network(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
answer = {'digest': graph.digest}
"""


def network(name: str) -> tuple[RoadGraph, dict[str, Any] | None]:
    """The built network, and how the build went when it had to be built now."""
    networks = Networks(FOLDER)
    built = None
    if f"bench-{name}" not in networks.names():
        file = extract(name)
        built = measured(BUILD, FOLDER, f"bench-{name}", file)
    return networks.open(f"bench-{name}"), built


def random_places(layer: Layer, count: int, seed: int) -> Places:
    """Places on random roads of a layer."""
    usable = np.flatnonzero(layer.graph.segment_snap >> layer.index & 1)
    generator = np.random.default_rng(seed)
    segments = generator.choice(usable, count)
    return Places(
        np.zeros((count, 2), np.int32), segments, generator.uniform(0.05, 0.95, count), np.zeros(count), (None,) * count
    )


def points_of(layer: Layer, places: Places) -> list[tuple[str, float, float]]:
    """Points in degrees, some metres beside places."""
    graph, generator = layer.graph, random.Random(1)
    points = []
    for number, segment in enumerate(places.segment.tolist()):
        lon, lat = graph.geometry_of(segment)[0] * 1e-7
        points.append((str(number), lat + generator.uniform(-5e-5, 5e-5), lon + generator.uniform(-5e-5, 5e-5)))
    return points


def best_of(times: int, function: Any) -> tuple[float, float, Any]:
    """Smallest wall time and processor time of several runs, and the answer."""
    wall, cpu, answer = float("inf"), float("inf"), None
    for _ in range(times):
        began, spent = time.perf_counter(), time.process_time()
        answer = function()
        wall, cpu = min(wall, time.perf_counter() - began), min(cpu, time.process_time() - spent)
    return wall, cpu, answer
