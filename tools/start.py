"""What ``make start`` runs: check the machine, migrate, load the demo when empty, serve, work, and stop cleanly."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from usecases.settings import Config

ROOT = Path(__file__).resolve().parent.parent
#: Megabytes that the demo, its network and its database need.
NEEDED_MB = 300
#: Stands in the home folder while the demo is loaded.
HALF = "demo-half"
#: Seconds in which the server must answer.
PATIENCE_S = 60
#: Seconds that the server and the worker get to finish what they are doing.
STOP_S = 15
#: A worker that dies more often than this within one run has a fault that starting again does not cure.
RESTARTS = 20


class StartError(RuntimeError):
    """Why Stageroute cannot start, as a Dutch sentence."""


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def read_address() -> tuple[str, int]:
    """Return HOST and PORT from the environment.

    Raises
    ------
    StartError
        PORT is not a port number.
    """
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
    if not port.isdigit() or not 1 <= int(port) <= 65535:
        raise StartError(f"PORT={port!r} kan niet. Toegestaan: een getal van 1 tot en met 65535.")
    return host, int(port)


def check_port(host: str, port: int) -> None:
    """Refuse a port that is in use or may not be used, before anything else happens."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                sentence = (
                    f"Poort {port} is al in gebruik. Draait Stageroute al? Kies anders: make start PORT={port + 1}"
                )
            elif error.errno == errno.EACCES:
                sentence = (
                    f"Poort {port} mag alleen de beheerder van deze machine gebruiken. Kies: make start PORT=8000"
                )
            else:
                sentence = f"HOST={host!r} kan niet: {error.strerror}."
            raise StartError(sentence) from error


def check_home(home: Path) -> None:
    """Refuse a home folder that cannot be written or has no room."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        probe = home / ".probe"
        probe.write_bytes(b"x" * 4096)
        probe.unlink()
        free_mb = shutil.disk_usage(home).free // 1_000_000
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise StartError(f"De schijf van {home} is vol. Maak {NEEDED_MB} MB vrij.") from error
        raise StartError(f"In {home} kan niet worden geschreven ({error.strerror}).") from error
    if free_mb < NEEDED_MB:
        raise StartError(f"De schijf van {home} is bijna vol: {free_mb} MB vrij, nodig is {NEEDED_MB} MB.")


def flask(*words: str) -> list[str]:
    """Return the command line of a ``flask`` command in this virtual environment."""
    return [sys.executable, "-m", "flask", "--app", "wsgi", *words]


def note(text: str) -> None:
    """Tell the person at the terminal, beside what the process answers."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def put_aside_half_a_demo(config: Config) -> None:
    """Put the database aside when the demo was interrupted: it was empty before, and nobody could log in yet.

    Raises
    ------
    StartError
        The database is not ours to move.
    """
    mark = config.home / HALF
    if not mark.exists():
        return
    if config["DATABASE_URL"]:
        raise StartError(
            "De demo is de vorige keer half geladen. Geef DATABASE_URL een lege database en start opnieuw."
        )
    for name in ("stageroute.sqlite", "stageroute.sqlite-wal", "stageroute.sqlite-shm"):
        if (config.home / name).exists():
            (config.home / name).replace(config.home / f"half-{name}")
    mark.unlink()


def prepare() -> int:
    """Migrate and fill an empty installation with the demo; print a line per demo account on standard output.

    Runs in a process of its own (``start.py --prepare``), so that what it needs of memory is given back.
    """
    from data.faults import InputRefused, StorageUnavailableError
    from usecases.settings import SettingError, read_settings
    from usecases.wiring import migrate_installation
    from webapp import create_app

    try:
        config = read_settings()
        put_aside_half_a_demo(config)
        migrate_installation(config)
        if not config.production:
            fill(create_app(config))
    except (SettingError, InputRefused, StorageUnavailableError, StartError) as error:
        note(str(error))
        return 2
    return 0


def fill(app: Flask) -> None:
    """Load the demo into an empty installation, and print its accounts."""
    from data.demo.roads import DEFAULT_NODES, DEFAULT_SEED
    from usecases.demo.merenveld import account_lines, is_empty, load_demo

    services = app.extensions["stageroute"]
    with app.app_context():
        if is_empty(services):
            note("Stageroute: demoregio Merenveld maken (eenmalig) ...")
            mark = services.config.home / HALF
            mark.touch()
            load_demo(services, DEFAULT_NODES, DEFAULT_SEED, lambda line: note(f"  {line}"))
            mark.unlink()
        for line in account_lines(services):
            say(f"  {line.expandtabs(40)}")
    services.close()


def run_prepare() -> str:
    """Run `prepare` in its own process and return the lines about the accounts.

    Raises
    ------
    StartError
        It refused; its sentences are on standard error already.
    """
    say("Stageroute: database bijwerken ...")
    command = [sys.executable, str(Path(__file__).resolve()), "--prepare"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise StartError("Stageroute is niet gestart; de reden staat hierboven. Er is niets veranderd.")
    return done.stdout


def _die_with_parent() -> None:
    # Linux only: when this process is killed outright, its children are told to stop (PR_SET_PDEATHSIG).
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def spawn(command: list[str]) -> subprocess.Popen[bytes]:
    """Start a process in its own session, so that Ctrl-C reaches only us and we stop it in order."""
    return subprocess.Popen(command, cwd=ROOT, start_new_session=True, preexec_fn=_die_with_parent)  # noqa: PLW1509 - there are no threads


def server_command(host: str, port: int) -> list[str]:
    """Return the command line of gunicorn."""
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return [
        sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", bind,
        "--workers", os.environ.get("WEB_CONCURRENCY", "2"), "--timeout", "120",
        "--graceful-timeout", "5", "--log-level", "warning", "--no-control-socket",
    ]  # fmt: skip


def answers(host: str, port: int) -> bool:
    """Whether the server gives its login page."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - asked, not bound
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/inloggen")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def wait_until_it_answers(server: subprocess.Popen[bytes], host: str, port: int, stop: threading.Event) -> None:
    """Wait for the first login page.

    Raises
    ------
    StartError
        The server stopped, or says nothing for too long.
    """
    deadline = time.monotonic() + PATIENCE_S
    while not stop.is_set() and time.monotonic() < deadline:
        if server.poll() is not None:
            raise StartError("De webserver stopte meteen weer; de reden staat hierboven.")
        if answers(host, port):
            return
        stop.wait(0.1)
    if not stop.is_set():
        raise StartError(f"De webserver geeft na {PATIENCE_S} seconden nog geen antwoord.")


def stop_all(processes: list[subprocess.Popen[bytes]]) -> None:
    """Ask every process to stop, wait, and end what does not listen."""
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + STOP_S
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def serve(host: str, port: int, accounts: str) -> int:
    """Run the server and a worker until Ctrl-C, SIGTERM, or the end of the server."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    say("Stageroute: webserver en taakverwerker starten ...")
    server, worker = spawn(server_command(host, port)), spawn(flask("worker"))
    restarts = 0
    try:
        wait_until_it_answers(server, host, port, stop)
        if not stop.is_set():
            shown = f"[{host}]" if ":" in host else host
            say(f"\nStageroute draait op http://{shown}:{port}\n{accounts.rstrip()}\n\nStoppen: Ctrl-C")
        while not stop.wait(0.5):
            if server.poll() is not None:
                raise StartError("De webserver is gestopt; de reden staat hierboven.")
            if worker.poll() is not None and restarts < RESTARTS:
                restarts += 1
                say("Stageroute: de taakverwerker stopte en wordt opnieuw gestart.")
                stop.wait(min(restarts, 10))
                worker = spawn(flask("worker"))
        say("Stageroute: stoppen ...")
    finally:
        stop_all([server, worker])
    say("Stageroute is gestopt. Uw gegevens zijn bewaard.")
    return 0


def main() -> int:
    """Start; a sentence and exit code 1 when that is impossible."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("STAGEROUTE_HOME", str(ROOT / "instance"))
    if sys.argv[1:] == ["--prepare"]:
        return prepare()
    try:
        host, port = read_address()
        check_port(host, port)
        check_home((ROOT / Path(os.environ["STAGEROUTE_HOME"]).expanduser()).resolve())
        return serve(host, port, run_prepare())
    except StartError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
