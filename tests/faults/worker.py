"""A worker of the kill tests: the real loop, with the kinds of jobs of ``tests.faults.app``."""

import signal
import sys
import threading

from tests.faults.app import app
from usecases.work.worker import run_worker


def main() -> None:
    """Run until told to stop."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    run_worker(app.extensions["stageroute"], stop, lambda name: sys.stdout.write(f"{name}\n"))


if __name__ == "__main__":
    main()
