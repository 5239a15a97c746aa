"""Where the compiled kernel keeps its cache, its threads and its working memory."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

FAR = 2**31 - 1
RING = 1 << 14  # buckets of the queue
QUEUE_ROOM = 32_768  # entries of the queue before it has to grow


_cache_home: list[Path] = []


def keep_cache_in(home: Path) -> None:
    """Keep compiled code in this ``STAGEROUTE_HOME``; the first home that is named counts."""
    if not _cache_home:
        _cache_home.append(home.absolute())


@cache
def kernel() -> Any:
    """Import the compiled functions, once, with their cache beside the networks and not in the source tree."""
    import numba

    if _cache_home and not os.environ.get("NUMBA_CACHE_DIR"):
        folder = _cache_home[0] / "cache" / "numba"
        folder.mkdir(parents=True, exist_ok=True)
        numba.config.CACHE_DIR = str(folder)  # type: ignore[attr-defined] # settings are made at run time
    return import_module("geo.kernel")


@dataclass(slots=True)
class Workspace:
    """Memory of one searching thread; reused, never cleared (see the kernel)."""

    state: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    base_of: NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, np.int64))
    parent: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    bucket: NDArray[np.int32] = field(default_factory=lambda: np.full(RING, -1, np.int32))
    filled: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(RING // 64, np.uint64))
    pool: NDArray[np.int32] = field(default_factory=lambda: np.empty(2 * QUEUE_ROOM, np.int32))

    def fit(self, nodes: int, *, with_parents: bool) -> None:
        """Make room for this many nodes."""
        if self.state.size < 2 * nodes:
            self.state = np.full(2 * (nodes + nodes // 8), FAR, np.int32)
            self.base_of[0] = FAR
        if with_parents and self.parent.size < nodes:
            self.parent = np.empty(nodes + nodes // 8, np.int32)

    def make_room(self, entries: int) -> None:
        """Give the queue room for at least this many entries, and plenty more."""
        self.pool = np.empty(4 * max(entries, self.pool.size // 2), np.int32)


class _Workspaces:
    """At most as many workspaces as cores: a question that comes when all are in use waits its turn."""

    def __init__(self, count: int) -> None:
        self._free: list[Workspace] = []
        self._lock = threading.Lock()
        self._turn = threading.BoundedSemaphore(count)

    @contextmanager
    def borrow(self, nodes: int, *, with_parents: bool = False) -> Iterator[Workspace]:
        """Lend one workspace that fits."""
        with self._turn:
            with self._lock:
                workspace = self._free.pop() if self._free else Workspace()
            workspace.fit(nodes, with_parents=with_parents)
            try:
                yield workspace
            finally:
                with self._lock:
                    self._free.append(workspace)


WORKSPACES = _Workspaces(max(4, os.cpu_count() or 1))


def default_threads() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0))


@cache
def _pool(process: int, threads: int) -> ThreadPoolExecutor:  # noqa: ARG001 -- a forked worker needs its own
    return ThreadPoolExecutor(threads, thread_name_prefix="geo")


def pool(threads: int) -> ThreadPoolExecutor:
    """Threads of this process for searches that release the interpreter lock."""
    return _pool(os.getpid(), threads)
