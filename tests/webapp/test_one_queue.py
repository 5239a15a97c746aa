"""Visitors share one queue: nobody waits behind a busy worker while another one is free."""

import http.client
import socket
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Answers with the number of its process; /wacht does so only when the file "verder" is there.
APP = """
import os, pathlib, time

def app(environ, start_response):
    here = pathlib.Path(__file__).parent
    if environ["PATH_INFO"] == "/wacht":
        (here / f"wacht-{os.getpid()}").touch()
        while not (here / "verder").exists():
            time.sleep(0.005)  # a request that lasts until the test lets it go
    body = str(os.getpid()).encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
"""


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def serve(tmp_path, port):
    """Start gunicorn with the worker of the product over a tiny application; returns the folder of that application."""
    (tmp_path / "tiny.py").write_text(APP, "utf-8")
    servers = []

    def start(workers, threads):
        command = [
            sys.executable, "-m", "gunicorn", "tiny:app", "--bind", f"127.0.0.1:{port}", "--workers", str(workers),
            "--threads", str(threads), "--no-control-socket",
            "--worker-class", "webapp.server.one_queue.OneQueueWorker",
            "--pythonpath", f"{ROOT},{tmp_path}", "--log-level", "error",
        ]  # fmt: skip
        servers.append(subprocess.Popen(command, cwd=tmp_path))
        wait_until(lambda: answers(port))
        return tmp_path

    yield start
    (tmp_path / "verder").touch()
    for server in servers:
        server.terminate()
        assert server.wait(20) == 0


def wait_until(holds):
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)  # another process decides when it holds


def answers(port):
    try:
        return bool(ask(port))
    except OSError:
        return False


def ask(port, path="/", connection=None):
    """Number of the process that answered, and whether it keeps the connection open."""
    own = connection is None
    connection = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.read().decode(), not answer.will_close
    finally:
        if own:
            connection.close()


def test_a_visitor_does_not_wait_behind_a_worker_that_is_at_work(serve, port):
    folder = serve(workers=2, threads=1)
    held = []
    slow = Thread(target=lambda: held.append(ask(port, "/wacht")))
    slow.start()
    wait_until(lambda: list(folder.glob("wacht-*")))
    others = {ask(port)[0] for _ in range(20)}
    (folder / "verder").touch()
    slow.join()
    assert len(others) == 1
    assert held[0][0] not in others


def test_a_connection_stays_open_while_there_is_room(serve, port):
    serve(workers=1, threads=8)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    assert [ask(port, connection=connection)[1] for _ in range(3)] == [True, True, True]
    connection.close()


def test_a_connection_ends_with_its_answer_when_half_of_the_threads_are_at_work(serve, port):
    folder = serve(workers=1, threads=4)
    held = []
    slow = Thread(target=lambda: held.append(ask(port, "/wacht")))
    slow.start()
    wait_until(lambda: list(folder.glob("wacht-*")))
    assert ask(port)[1] is False
    (folder / "verder").touch()
    slow.join()
    wait_until(lambda: ask(port)[1])


def test_connections_on_which_nothing_is_asked_keep_nobody_waiting(serve, port):
    serve(workers=1, threads=1)
    # gunicorn itself would hold its one thread for five seconds on each: longer than anybody waits for an answer here.
    silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(6)]
    assert ask(port)[0]
    for connection in silent:
        connection.close()


def test_more_visitors_than_threads_are_all_answered(serve, port):
    serve(workers=2, threads=2)
    found = []

    def visit():
        found.extend(ask(port)[0] for _ in range(20))

    visitors = [Thread(target=visit) for _ in range(12)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert len(found) == 240
