"""Settings of gunicorn that are code; the rest is on the command line of ``tools/start.py``."""

import gc

#: One process reads the code and warms up; the workers are copies of it that share its memory and start at once.
preload_app = True
#: Visitors wait for the first worker that has room: two requests at once in each, two threads to spare.
worker_class = "webapp.server.one_queue.OneQueueWorker"
threads = 4


def when_ready(server):  # noqa: ANN001, ANN201 - gunicorn calls it by name
    """Load before the first visitor comes what every worker needs, and leave nothing open that copies may not share."""
    from webapp.server.warm_up import warm_up

    warm_up(server.app.wsgi())
    # What is here now stays: the garbage collector of a worker need not look at it, nor copy its pages.
    gc.freeze()
