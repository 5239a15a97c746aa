"""Workers as processes of their own: wait for what they do, and kill them."""

from __future__ import annotations

import os
import signal
import time

#: Seconds after which a worker that says nothing is taken over.
SILENCE = 3


def wait_for(jobs, job_id, *states, seconds=60):
    deadline = time.monotonic() + seconds
    while (job := jobs.find(job_id)).state not in states:
        assert time.monotonic() < deadline, f"still {job.state}: {job.error}"
        time.sleep(0.05)
    return job


def kill(process):
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
