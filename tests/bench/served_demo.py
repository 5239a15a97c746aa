"""The demo, loaded once for a benchmark and served as ``make start`` serves it."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from tests.bench.ground import FOLDER, ROOT
from tools.start import server_command

HOST = "127.0.0.1"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@contextlib.contextmanager
def loaded_demo(nodes: int | None = None) -> Iterator[Path]:
    """Folder with a fresh demo, removed at the end; ``nodes`` of the road network, or the usual number."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp(dir=FOLDER))
    try:
        for words in (["init"], ["demo", "load", *(["--nodes", str(nodes)] if nodes else [])]):
            command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
            subprocess.run(command, cwd=ROOT, env=_environment(home), check=True, capture_output=True)
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def served(home: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The web server of ``make start`` on a home folder, from its first answer until the end of the ``with``."""
    server = subprocess.Popen(
        server_command(HOST, port), cwd=ROOT, env=_environment(home), stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait(server, port)
        yield server
    finally:
        server.terminate()
        server.wait()


def _environment(home: Path) -> dict[str, str]:
    return {**os.environ, "STAGEROUTE_HOME": str(home)}


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    """Wait until the login page comes, as ``make start`` does before it says that Stageroute runs."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if ask(port, "GET", "/inloggen")[0] == 200:
                return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError("the server does not answer")


def ask(
    port: int, method: str, path: str, cookie: str = "", form: dict[str, str] | None = None
) -> tuple[int, str, str]:
    """Status, cookie and body of one request."""
    connection = http.client.HTTPConnection(HOST, port, timeout=30)
    try:
        headers = {"Cookie": cookie} if cookie else {}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, urlencode(form) if form is not None else None, headers)
        answer = connection.getresponse()
        given = answer.getheader("Set-Cookie") or ""
        return answer.status, given.split(";")[0] or cookie, answer.read().decode()
    finally:
        connection.close()


def log_in(port: int, email: str, password: str) -> str:
    """Log in through the form; returns the cookie of the new session."""
    _, cookie, page = ask(port, "GET", "/inloggen")
    token = _TOKEN.search(page)
    assert token is not None
    form = {"csrf_token": token.group(1), "email": email, "password": password}
    status, cookie, _ = ask(port, "POST", "/inloggen", cookie, form)
    assert status == 303, status
    return cookie
