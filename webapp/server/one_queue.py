"""A gunicorn worker that takes no more than it can do, so that all workers share one queue: that of the kernel."""

from __future__ import annotations

import errno
import selectors
import time
from concurrent.futures import Future
from functools import partial
from socket import socket
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

_GONE = {errno.EAGAIN, errno.EWOULDBLOCK, errno.ECONNABORTED}  # another worker was first, or the visitor left


class OneQueueWorker(ThreadWorker):  # type: ignore[misc] # gunicorn ships no types
    """``gthread``, but a visitor waits for the first worker that has room, not for the one that took the connection.

    A worker of gunicorn takes every new connection at once and keeps it. With twenty people, one worker may hold
    fourteen of them and the other six, and who is with the fourteen waits more than twice as long. Here a worker with
    half of its threads at work takes no new connection, and ends a connection after its answer instead of keeping it
    open; the next request then joins the queue of the listening socket, which is served in order by whoever has room.
    With few visitors nothing changes: connections stay open. A connection that a browser opened to be ready, and on
    which it asks nothing yet, takes no thread (ADR 55).
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._at_work = 0
        super().__init__(*args, **kwargs)

    @property
    def is_full(self) -> bool:
        """Whether half of the threads have a request; the others are for open connections and slow visitors."""
        return bool(self._at_work >= max(1, self.cfg.threads // 2))

    @property
    def max_keepalived(self) -> int:
        """How many connections may stay open and idle; none while this worker is full."""
        return 0 if self.is_full else self._most_kept

    @max_keepalived.setter
    def max_keepalived(self, most: int) -> None:
        self._most_kept = most

    def accept(self, listener: socket) -> None:
        """Take a connection, and wait without a thread until something is asked on it."""
        try:
            asked, address = listener.accept()
        except OSError as error:
            if error.errno in _GONE:
                return
            raise
        self.nr_conns += 1
        asked.setblocking(False)
        conn = TConn(self.cfg, asked, address, listener.getsockname())
        conn.timeout = time.monotonic() + self.cfg.keepalive
        self.pending_conns.append(conn)
        self.poller.register(asked, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def enqueue_req(self, conn: TConn) -> None:
        """Give a request to a thread; the one that makes this worker full closes the door."""
        self._at_work += 1
        self.set_accept_enabled(self.alive)
        super().enqueue_req(conn)

    def finish_request(self, conn: TConn, fs: Future[Any]) -> None:
        """Put the connection away; there is room again, so the door opens."""
        self._at_work -= 1
        super().finish_request(conn, fs)
        self.set_accept_enabled(self.alive)

    def set_accept_enabled(self, enabled: bool) -> None:
        """Take new connections, or leave them to the other workers."""
        super().set_accept_enabled(enabled and not self.is_full)
