"""A gunicorn worker that takes no more than it can do, so that all workers share one queue: that of the kernel."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker


class OneQueueWorker(ThreadWorker):  # type: ignore[misc] # gunicorn ships no types
    """``gthread``, but a visitor waits for the first worker that is free, not for the one that took the connection.

    A worker of gunicorn takes every new connection at once and keeps it. With twenty people, one worker may hold
    fourteen of them and the other six, and who is with the fourteen waits more than twice as long. Here a worker whose
    threads are all at work takes no new connection, and ends a connection after its answer instead of keeping it
    open; the next request then joins the queue of the listening socket, which is served in order by whoever is free.
    With few visitors nothing changes: connections stay open (ADR 55).
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._at_work = 0
        super().__init__(*args, **kwargs)

    @property
    def is_full(self) -> bool:
        """Whether every thread has a request."""
        return bool(self._at_work >= self.cfg.threads)

    @property
    def max_keepalived(self) -> int:
        """How many connections may stay open and idle; none while every thread has a request."""
        return 0 if self.is_full else self._most_kept

    @max_keepalived.setter
    def max_keepalived(self, most: int) -> None:
        self._most_kept = most

    def enqueue_req(self, conn: TConn) -> None:
        """Give a request to a thread; the last free one closes the door."""
        self._at_work += 1
        self.set_accept_enabled(self.alive)
        super().enqueue_req(conn)

    def finish_request(self, conn: TConn, fs: Future[Any]) -> None:
        """Put the connection away; a thread is free again, so the door opens."""
        self._at_work -= 1
        super().finish_request(conn, fs)
        self.set_accept_enabled(self.alive)

    def set_accept_enabled(self, enabled: bool) -> None:
        """Take new connections, or leave them to the other workers."""
        super().set_accept_enabled(enabled and not self.is_full)
