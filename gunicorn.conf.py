"""Settings of gunicorn that are code; the rest is on the command line of ``tools/start.py``."""

import threading


def post_worker_init(worker):  # noqa: ANN001, ANN201 - gunicorn calls it by name
    """Load the compiled kernel beside the first requests, so that no visitor waits for it."""
    travel = worker.wsgi.extensions["stageroute"].travel
    threading.Thread(target=travel.warm, name="warm-travel", daemon=True).start()
