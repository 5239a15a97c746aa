"""A build may be killed at any moment: the old network still serves, and no half file is ever opened."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from geo.build import build_network
from geo.graph import Networks
from geo.travel import RoadTravel
from tests.geo.towns import at, grid_town

ROOT = Path(__file__).resolve().parents[2]
# Counts everything the build does to the disk, before and after, and kills itself at the given count.
BUILDER = """
import os, shutil, signal, sys
from pathlib import Path
import geo.layers, scipy.sparse.csgraph, osmium
from geo.build import build_network
count, fatal = 0, int(sys.argv[3])

def counted(function):
    def run(*arguments, **options):
        step()
        result = function(*arguments, **options)
        step()
        return result
    return run

def step():
    global count
    count += 1
    if count == fatal:
        os.kill(os.getpid(), signal.SIGKILL)

os.fsync, shutil.rmtree = counted(os.fsync), counted(shutil.rmtree)
for name in ("rename", "replace", "mkdir", "write_text"):
    setattr(Path, name, counted(getattr(Path, name)))
print("begin", flush=True)
build_network(Path(sys.argv[1]), "stad", Path(sys.argv[2]))
print(count, flush=True)
"""


def start(home, source, fatal=0):
    builder = subprocess.Popen(
        [sys.executable, "-c", BUILDER, str(home), str(source), str(fatal)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert builder.stdout.readline() == "begin\n"
    return builder


@pytest.mark.slow
def test_a_build_killed_at_any_moment_leaves_a_whole_network(tmp_path, request):
    rounds = request.config.getoption("--rounds")
    sources = [grid_town(26, step).write(tmp_path, f"stad-{step}.osm") for step in (100, 101)]
    digests = [build_network(tmp_path / f"los-{source.stem}", "stad", source).digest for source in sources]
    build_network(tmp_path, "stad", sources[0])
    serving = RoadTravel(Networks(tmp_path), "stad")
    opened = serving.graph

    began = time.monotonic()
    with start(tmp_path / "los-stad-101", sources[0]) as whole:
        steps = int(whole.stdout.readline())
    took = time.monotonic() - began
    assert steps > 80

    generator = random.Random(20_261)
    killed = 0
    for number in range(rounds):
        by_clock = number % 4 == 3
        # Spread over the whole build, the very end included, where the pointer is switched.
        fatal = 0 if by_clock else steps - round(number * (steps - 1) / rounds)
        with start(tmp_path, sources[number % 2], fatal) as builder:
            if by_clock:
                time.sleep(took * generator.random())
                builder.send_signal(signal.SIGKILL)
        killed += builder.returncode == -signal.SIGKILL
        assert by_clock or builder.returncode == -signal.SIGKILL
        fresh = Networks(tmp_path).open("stad")
        fresh.verify()
        assert fresh.digest in digests
        trip = serving.route("fiets-snelst", at(0, 0), at(2000, 2000)).trip
        assert trip.reason is None
        assert trip.network_digest in digests
        assert opened.layer("auto-snelst").adj.size > 0
    assert killed >= rounds - rounds // 4
    # What the dead builders left behind does not stop the next one, and is cleaned up by it.
    last = build_network(tmp_path, "stad", sources[1])
    assert last.digest == digests[1]
    left = {path.name for path in (tmp_path / "networks" / "stad" / "versions").iterdir()}
    assert not any(name.startswith("building-") for name in left)
    assert len(left) <= 2
