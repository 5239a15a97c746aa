"""Make the virtual environment hold exactly what a lock says, and repair it when that was interrupted.

Nothing is resolved here: the lock is complete, so pip installs it with ``--no-deps`` and ``--require-hashes`` and
``pip check`` proves that the whole fits together. While work is going on, `MARK` stands in the environment;
a run that finds it starts the environment afresh. `STATE` says what was installed, by digest of the lock.
"""

from __future__ import annotations

import argparse
import errno
import fcntl
import hashlib
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import check_python
import pip_says

ROOT = Path(__file__).resolve().parent.parent
#: Each lock holds the ones before it, so one call of pip installs a whole level.
LOCKS = {"runtime": "requirements.txt", "test": "requirements-dev.txt", "bench": "requirements-bench.txt"}
#: Stands in an environment that is not finished.
MARK = ".being-installed"
#: What a finished environment was made from.
STATE = ".installed"
#: A line of progress per so many libraries.
STEP = 20
#: Settings of pip and Python that would send the libraries elsewhere or change what is installed.
_DROPPED = {"PYTHONPATH", "PYTHONHOME"} | {
    f"PIP_{name}"
    for name in ("USER", "TARGET", "PREFIX", "ROOT", "PYTHON", "DRY_RUN", "QUIET", "VERBOSE", "REQUIREMENT", "EDITABLE",
                 "UPGRADE", "FORCE_REINSTALL", "IGNORE_INSTALLED", "REPORT", "NO_BINARY", "PRE")
}  # fmt: skip


class InstallError(RuntimeError):
    """Why the libraries are not installed, as a Dutch sentence; what pip said may follow on lines of its own."""


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


@dataclass(frozen=True)
class Environment:
    """A virtual environment, the folder of its locks, and the Python that makes it.

    ``chosen`` tells that somebody named this Python, so that an environment of another one is made again.
    """

    folder: Path
    root: Path = ROOT
    maker: str = sys.executable
    chosen: bool = False

    @property
    def python(self) -> Path:
        """The Python inside."""
        return self.folder / "bin" / "python"

    @property
    def mark(self) -> Path:
        """The file that stands there while it is being installed."""
        return self.folder / MARK

    def ensure(self, level: str) -> bool:
        """Install what ``level`` needs; return whether anything had to be done.

        Raises
        ------
        InstallError
            It is impossible, or went wrong; the next run starts afresh.
        """
        if self.holds(level):
            return False
        with one_at_a_time(self.folder.parent):
            if self.holds(level):
                return False
            reason = self.why_afresh()
            if reason is not None:
                self.make_afresh(reason)
            self.mark.touch()
            self.install(level)
            self.write_state(level)
            self.mark.unlink()
        return True

    def holds(self, level: str) -> bool:
        """Whether a finished environment holds this level of the locks as they are now."""
        state = self.read_state()
        wanted = LOCKS[level]
        return self.why_afresh() is None and state.get(wanted) == digest(self.root / wanted)

    def read_state(self) -> Mapping[str, str]:
        """Return what was installed: digests by lock, ``python`` and ``folder``; empty when it cannot be read."""
        try:
            state = json.loads((self.folder / STATE).read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return state if isinstance(state, dict) else {}

    def write_state(self, level: str) -> None:
        """Write what is installed now; the file is there whole or not at all."""
        held = list(LOCKS.values())[: list(LOCKS).index(level) + 1]
        state = {name: digest(self.root / name) for name in held}
        state |= {
            name: kept for name, kept in self.read_state().items() if name in LOCKS.values() and name not in state
        }
        state |= {"folder": str(self.folder.resolve()), "python": minor_of(self.python) or ""}
        new = self.folder / f"{STATE}.new"
        new.write_text(json.dumps(state, indent=1, sort_keys=True) + "\n", "utf-8")
        new.replace(self.folder / STATE)

    def why_afresh(self) -> str | None:
        """Return why the environment must be made again, as the rest of a Dutch sentence; ``None`` when it need not."""
        state = self.read_state()
        if self.mark.exists():
            return "de vorige keer is het installeren niet afgemaakt"
        if not state:
            return ""
        there = minor_of(self.python)
        reasons = {
            "de map is verplaatst": state.get("folder") != str(self.folder.resolve()),
            "de Python waarmee die is gemaakt, is er niet meer": there is None or state.get("python") != there,
            "u kiest een andere Python": self.chosen and there != minor_of(Path(self.maker)),
            "de vaste versies zijn veranderd": any(
                state[name] != digest(self.root / name) for name in LOCKS.values() if name in state
            ),
        }
        return next((reason for reason, applies in reasons.items() if applies), None)

    def make_afresh(self, reason: str) -> None:
        """Remove what is left of an environment and make a new one that holds pip only."""
        again = f" opnieuw maken, want {reason}" if reason else " maken"
        say(f"Stageroute: virtuele omgeving{again} ...")
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        has_venv = all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))
        free_mb = shutil.disk_usage(self.folder.parent).free // 1_000_000
        fault = check_python.find_fault(sys.version_info, has_venv, free_mb)
        if fault:
            raise InstallError(fault)
        self.clear()
        code, output = run([self.maker, "-I", "-m", "venv", str(self.folder)])
        if code or not minor_of(self.python):
            if re.search(r"ensurepip|No module named", output) and not re.search(r"Errno|No space", output):
                raise InstallError(check_python.find_fault(sys.version_info, False, free_mb) or output)
            raise InstallError(with_details(pip_says.explain(output, "de virtuele omgeving"), output))

    def clear(self) -> None:
        """Empty the folder, the mark last, and refuse a folder that is no virtual environment."""
        folder = self.folder
        if folder.is_symlink() and not folder.exists():
            raise InstallError(
                f"{folder} wijst naar een map die er niet is. Verwijder die verwijzing en start opnieuw."
            )
        if folder.exists() and not folder.is_dir():
            raise InstallError(f"{folder} is geen map. Verplaats dat bestand of kies een andere map: make start VENV=…")
        inside = list(folder.iterdir()) if folder.exists() else []
        if inside and not any((folder / name).exists() for name in (MARK, STATE, "pyvenv.cfg")):
            raise InstallError(
                f"{folder} is geen virtuele omgeving, dus Stageroute maakt die niet leeg. "
                "Kies een andere map: make start VENV=…"
            )
        folder.mkdir(exist_ok=True)
        self.mark.touch()
        for path in inside:
            if path.name != MARK:
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()

    def install(self, level: str) -> None:
        """Install the lock of ``level``, nothing more and nothing else, and check that it fits together."""
        lock = self.root / LOCKS[level]
        if not lock.is_file():
            raise InstallError(f"{lock.name} ontbreekt. Haal het bestand terug met git.")
        count = len(set(re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==", lock.read_text("utf-8"), re.MULTILINE)))
        say(f"Stageroute: ongeveer {count} bibliotheken installeren uit {lock.name} (eenmalig, enkele minuten) ...")
        pip = [str(self.python), "-I", "-u", "-m", "pip", "--disable-pip-version-check", "--no-input"]
        code, output = run([*pip, "install", "--no-deps", "--require-hashes", "--no-user", "--progress-bar", "off",
                            "--no-warn-script-location", "-r", str(lock)], Progress(count))  # fmt: skip
        if code:
            raise InstallError(with_details(pip_says.explain(output, lock.name), output))
        say("Stageroute: controleren of alles bij elkaar past ...")
        code, output = run([*pip, "check"])
        if code:
            told = [line for line in output.splitlines() if line and not line.startswith("WARNING")]
            raise InstallError("\n".join([f"De versies in {lock.name} passen niet bij elkaar:", *told[:10]]))


class Progress:
    """Tells how far pip is, from the lines it prints."""

    def __init__(self, count: int) -> None:
        self._count, self._seen, self._waiting = count, 0, False

    def __call__(self, line: str) -> None:
        """Look at one line of pip."""
        if line.startswith(("Collecting ", "Requirement already satisfied")):
            self._seen += 1
            if self._seen % STEP == 0:
                say(f"  {self._seen} van ongeveer {self._count} bekeken ...")
        elif line.startswith("Installing collected packages"):
            say("  alles is opgehaald; uitpakken ...")
        elif "Retrying (Retry(" in line and not self._waiting:
            self._waiting = True
            say("  de pakketindex antwoordt niet; nog eens proberen ...")


def with_details(sentence: str, output: str) -> str:
    """Return the sentence, and under it what pip said."""
    return "\n".join([sentence, *(f"  {line}" for line in pip_says.errors(output))])


def digest(path: Path) -> str:
    """Return the SHA-256 of a file; empty when it is not there."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def minor_of(python: Path) -> str | None:
    """Return the version of a Python as ``3.11``; ``None`` when it does not run."""
    try:
        asked = [str(python), "-I", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
    except OSError:
        return None
    return done.stdout.strip() or None


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Let one installation at a time work beside ``folder``; programs it starts keep the lock as long as they live."""
    folder.mkdir(parents=True, exist_ok=True)
    held = os.open(folder, os.O_RDONLY)
    os.set_inheritable(held, True)  # a pip whose parent was killed still writes
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Stageroute: wachten tot een andere installatie in deze map klaar is ...")
            fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def pip_environment(given: Mapping[str, str]) -> dict[str, str]:
    """Return the variables for pip: index, proxy and certificates stay, what would change the outcome goes."""
    kept = {name: value for name, value in given.items() if name not in _DROPPED}
    # The lock says every version, so a constraints file of this machine has nothing to add.
    return {"PIP_RETRIES": "3", **kept, "PIP_CONSTRAINT": os.devnull}


def run(command: list[str], listen: Progress | None = None) -> tuple[int, str]:
    """Run a program and return its exit code and all it wrote; ``listen`` hears every line as it comes."""
    lines = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True,
        encoding="utf-8", errors="replace", env=pip_environment(os.environ), close_fds=False,
    ) as process:  # fmt: skip
        try:
            for line in process.stdout or ():
                lines.append(line)
                if listen:
                    listen(line)
        except KeyboardInterrupt:
            process.terminate()
            raise
    if process.returncode < 0:
        lines.append(f"ERROR: {Path(command[0]).name} werd gestopt door het systeem (signaal {-process.returncode})\n")
    return process.returncode, "".join(lines)


def explain_fault(error: OSError) -> str:
    """Return a Dutch sentence about a fault of the file system."""
    what = f" ({error.filename})" if error.filename else ""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"De schijf is vol{what}. Maak ruimte en start opnieuw."
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return (
            f"In deze map mag niet worden geschreven{what}. "
            "Geef uzelf schrijfrechten of zet Stageroute in een andere map."
        )
    return f"De virtuele omgeving kan hier niet worden gemaakt{what}: {error.strerror}."


def main(arguments: list[str]) -> int:
    """Install a level; a sentence and exit code 1 when that is impossible, 130 when it was interrupted."""
    parser = argparse.ArgumentParser(prog="install.py", description=__doc__.splitlines()[0])
    parser.add_argument("level", choices=list(LOCKS))
    parser.add_argument("--venv", type=Path, default=Path(".venv"))
    parser.add_argument("--root", type=Path, default=ROOT, help="the folder of the locks")
    parser.add_argument("--chosen", action="store_true", help="make it again when another Python made it")
    asked = parser.parse_args(arguments)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    # Inside the environment that is replaced, the Python that made it does the work.
    maker = getattr(sys, "_base_executable", None) or sys.executable
    try:
        Environment(asked.venv.absolute(), asked.root.resolve(), maker, asked.chosen).ensure(asked.level)
    except InstallError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(explain_fault(error) + "\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("Het installeren is afgebroken. De volgende keer begint het opnieuw: make start\n")
        return 130
    return 0
