"""Asking the kernel: the k nearest, one to many, many to many. ``geo.paths`` asks for routes and what can be reached.

All answers are arrays of whole numbers: weight and second value per pair, in the unit of the definition (0.1 s and
0.1 m). ``geo.travel`` turns them into trips.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.runtime import WORKSPACES, default_threads, kernel, pool
from geo.snapping import Places, snap_points
from geo.targets import Seeds, Targets, prepare_targets, seeds_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.graph import Layer

NO_LIMIT = 2**25  # 3 355 km, or 38 days; more is not asked of a bicycle
NO_ROWS = np.empty((0, 0), np.uint64)
NO_ROWS.flags.writeable = False
NO_NODES = np.empty(0, np.int32)


@dataclass(frozen=True, slots=True)
class Hits:
    """Destinations found per origin, nearest first, equal ones by destination number.

    Attributes
    ----------
    destination, weight, second
        Shape ``(origins, k)``; only the first ``count[o]`` columns of a row mean anything.
    count
        Hits per origin.
    settled
        Road nodes visited per origin; for benchmarks.
    """

    destination: NDArray[np.int32]
    weight: NDArray[np.int32]
    second: NDArray[np.int32]
    count: NDArray[np.int32]
    settled: NDArray[np.int64]


def empty_hits(origins: int, width: int) -> Hits:
    """Room for answers."""
    return Hits(
        np.zeros((origins, width), np.int32),
        np.zeros((origins, width), np.int32),
        np.zeros((origins, width), np.int32),
        np.zeros(origins, np.int32),
        np.zeros(origins, np.int64),
    )


def nearest(
    targets: Targets,
    origins: Places,
    *,
    k: int | None = None,
    limit: int | None = None,
    need: NDArray[np.uint64] | None = None,
    allowed: NDArray[np.uint64] | None = None,
    threads: int | None = None,
) -> Hits:
    """The k nearest eligible destinations of every origin, nearest first; ties in the order of the destinations.

    Parameters
    ----------
    k
        How many per origin; all when None.
    limit
        Largest weight that counts, in the unit of the definition (0.1 s or 0.1 m).
    need
        Per origin the bits a destination must have in ``targets.mask``.
    allowed
        An arbitrary choice per pair, on top of ``need``: per origin a row of bits, destination ``d`` in bit ``d % 64``
        of word ``d // 64`` (see ``pack_rows``).
    threads
        Cores to use; the answer is the same for any number.
    """
    count = len(origins)
    total = len(targets.places)
    width = total if k is None else min(k, total)
    hits = empty_hits(count, width)
    if not width or not count:
        return hits
    needed = np.zeros(count, np.uint64) if need is None else need.astype(np.uint64)
    packed = NO_ROWS if allowed is None else allowed
    wanted = _wanted(targets, need, allowed, width, count)
    seeds = seeds_of(targets, origins)
    order = np.argsort(seeds.first_node, kind="stable")
    order = order[wanted[order] > 0]
    bound = NO_LIMIT if limit is None else min(limit, NO_LIMIT)

    def run(chunk: NDArray[np.int64]) -> None:
        ask(targets, seeds, chunk, bound, hits, needed=needed, wanted=wanted, packed=packed)

    cores = default_threads() if threads is None else threads
    parts = min(order.size // 16, cores * 6) if cores > 1 else 1
    if parts <= 1:
        run(order)
    else:
        list(pool(cores).map(run, np.array_split(order, parts)))
    return hits


def pack_rows(allowed: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """A choice per pair, shape ``(origins, destinations)``, as rows of bits."""
    rows, columns = allowed.shape
    padded = np.zeros((rows, (columns + 63) // 64 * 64), bool)
    padded[:, :columns] = allowed
    return np.packbits(padded, axis=1, bitorder="little").view(np.uint64)


def _wanted(
    targets: Targets, need: NDArray[np.uint64] | None, allowed: NDArray[np.uint64] | None, width: int, origins: int
) -> NDArray[np.int32]:
    """How many hits can exist at all: a search that has them can stop."""
    on_road = targets.places.segment >= 0
    if allowed is not None:
        most = np.bitwise_count(allowed & pack_rows(on_road[np.newaxis])).sum(axis=1)
    elif need is None:
        return np.full(origins, min(width, int(np.count_nonzero(on_road))), np.int32)
    else:
        kinds, which = np.unique(need, return_inverse=True)
        most = np.array([int(((targets.mask & kind) == kind)[on_road].sum()) for kind in kinds])[which]
    wanted: NDArray[np.int32] = np.minimum(most, width).astype(np.int32)
    return wanted


def ask(
    targets: Targets,
    seeds: Seeds,
    origins: NDArray[np.int64],
    limit: int,
    hits: Hits,
    *,
    needed: NDArray[np.uint64],
    wanted: NDArray[np.int32],
    packed: NDArray[np.uint64],
    trace: NDArray[np.int32] = NO_NODES,
    keep: Any = None,
    parents: bool = False,
) -> Any:
    """Run the kernel for some origins on one borrowed workspace."""
    layer = targets.layer
    nodes = targets.first + len(targets.places)
    group = np.empty(len(targets.places), np.int32)
    report = np.zeros(1, np.int64)
    with WORKSPACES.borrow(nodes, with_parents=parents) as workspace:
        while True:
            done = kernel().search(
                layer.indptr, layer.adj, targets.closed, targets.index, targets.start, targets.arc, targets.first,
                targets.mask, packed, origins, seeds.start, seeds.rows, needed, wanted, limit, workspace.state,
                workspace.base_of, workspace.parent if parents else NO_NODES, trace, hits.destination, hits.weight,
                hits.second, hits.count, hits.settled, workspace.bucket, workspace.filled, workspace.pool, group,
                report,
            )  # fmt: skip
            if done == origins.size:
                break
            workspace.make_room(int(report[0]))
            origins = origins[done:]
        traced = int(report[0])
        return keep(workspace, traced) if keep is not None else None


@dataclass(frozen=True, slots=True)
class Matrix:
    """Every origin to every destination.

    Attributes
    ----------
    weight, second
        Shape ``(origins, destinations)``; meaningless where ``found`` is False.
    found
        Whether there is a trip within the limit.
    """

    weight: NDArray[np.int32]
    second: NDArray[np.int32]
    found: NDArray[np.bool_]


def many_to_many(targets: Targets, origins: Places, *, limit: int | None = None, threads: int | None = None) -> Matrix:
    """Weights from every origin to every destination within a limit; memory is three times the matrix."""
    hits = nearest(targets, origins, limit=limit, threads=threads)
    shape = (len(origins), len(targets.places))
    matrix = Matrix(np.zeros(shape, np.int32), np.zeros(shape, np.int32), np.zeros(shape, bool))
    filled = np.arange(hits.destination.shape[1]) < hits.count[:, None]
    row, column = np.nonzero(filled)
    destination = hits.destination[row, column]
    matrix.weight[row, destination] = hits.weight[row, column]
    matrix.second[row, destination] = hits.second[row, column]
    matrix.found[row, destination] = True
    return matrix


def one_to_many(targets: Targets, origin: Places, *, limit: int | None = None) -> Matrix:
    """Weights from one origin to every destination within a limit."""
    return many_to_many(targets, origin, limit=limit, threads=1)


def warm(layer: Layer) -> None:
    """Compile or load the kernel, so that the first user does not wait for it."""
    lat, lon = layer.node_xy[0][::-1] * 1e-7
    places = snap_points(layer, [("warm", float(lat), float(lon))])
    targets = prepare_targets(layer, places)
    nearest(targets, places, k=1, limit=1, threads=1)


__all__ = [
    "Hits",
    "Matrix",
    "Targets",
    "many_to_many",
    "nearest",
    "one_to_many",
    "pack_rows",
    "prepare_targets",
    "warm",
]
