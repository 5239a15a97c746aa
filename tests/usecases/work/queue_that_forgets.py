"""Run two attempts on the real queue, one of them to its end, and forget what ended; started by the test."""

import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from usecases.work.durable import DurableQueue, system_url


def main(database_url: str, home: str) -> None:
    """Print the state of both attempts before and after forgetting."""
    go_on = threading.Event()

    def execute(job_id, _attempt, run_step):
        run_step("berekenen", lambda: {"leerling": "99AA-0417"})
        if job_id == "lang":
            go_on.wait(30)
        return "klaar"

    queue = DurableQueue(system_url(database_url, Path(home)), "proef-1", 2)
    queue.launch(execute)
    queue.enqueue("kort", 1)
    queue.enqueue("lang", 1)
    deadline = time.monotonic() + 30
    while queue.status("kort", 1) != "SUCCESS" or queue.status("lang", 1) != "PENDING":
        assert time.monotonic() < deadline, "the queue does nothing"
        time.sleep(0.05)
    now = datetime.now(UTC)
    for before in (now - timedelta(days=7), now + timedelta(days=7)):
        forgotten = queue.forget_ended(before)
        sys.stdout.write(f"{forgotten} {queue.status('kort', 1)} {queue.status('lang', 1)}\n")
    go_on.set()
    queue.close(5)


if __name__ == "__main__":
    main(*sys.argv[1:])
