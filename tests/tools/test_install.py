"""Setting up from a lock: nothing is resolved, what was cut off is repaired, and what is wrong is one sentence."""

import base64
import hashlib
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


def make_wheel(folder, name, version, needs=()):
    """Write a wheel of one module, as small as a wheel can be; return its SHA-256."""
    info = f"{name}-{version}.dist-info"
    parts = {
        f"{name}.py": f"VERSION = {version!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        + "".join(f"Requires-Dist: {need}\n" for need in needs),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: proef\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    rows = [
        f"{path},sha256={base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b'=').decode()},{len(text)}"
        for path, text in parts.items()
    ]
    file = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as wheel:
        for path, text in parts.items():
            wheel.writestr(path, text)
        wheel.writestr(f"{info}/RECORD", "\n".join([*rows, f"{info}/RECORD,,"]) + "\n")
    return hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.fixture
def place(tmp_path):
    """A folder with locks, and an index that offers newer versions than the locks name."""
    index = tmp_path / "index"
    index.mkdir()
    extra = make_wheel(index, "proefextra", "1.0")
    main = make_wheel(index, "proefpakket", "1.0", ["proefextra>=1.0"])
    make_wheel(index, "proefextra", "2.0")
    make_wheel(index, "proefpakket", "1.1", ["proefextra>=2.0"])
    lock = f"proefpakket==1.0 \\\n    --hash=sha256:{main}\nproefextra==1.0 \\\n    --hash=sha256:{extra}\n"
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-bench.txt"):
        (tmp_path / name).write_text(lock)
    return tmp_path


def command(place, python=sys.executable):
    return [python, ROOT / "tools" / "install.py", "runtime", "--venv", place / "venv", "--root", place]


def settings(place, **more):
    return {**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(place / "index"), **more}


def install(place, **more):
    return subprocess.run(command(place), capture_output=True, text=True, check=False, env=settings(place, **more))


def versions(place):
    asked = "import proefpakket, proefextra; print(proefpakket.VERSION, proefextra.VERSION)"
    done = subprocess.run([place / "venv" / "bin" / "python", "-c", asked], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def test_exactly_the_lock_is_installed_while_the_index_offers_newer_versions(place):
    done = install(place)
    assert done.returncode == 0, done.stdout + done.stderr
    assert versions(place) == "1.0 1.0"
    again = install(place)
    assert (again.returncode, again.stdout) == (0, "")


def test_an_installation_that_was_killed_is_repaired_by_the_next_run(place):
    process = subprocess.Popen(command(place), env=settings(place), start_new_session=True)
    deadline = time.monotonic() + 60
    while not (place / "venv" / "pyvenv.cfg").exists():
        assert time.monotonic() < deadline, "the environment is not being made"
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert (place / "venv" / ".being-installed").exists()
    done = install(place)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "de vorige keer is het installeren niet afgemaakt" in done.stdout
    assert versions(place) == "1.0 1.0"


def test_a_lock_that_changed_makes_the_environment_afresh(place):
    assert install(place).returncode == 0
    with (place / "requirements.txt").open("a") as lock:
        lock.write("# gewijzigd\n")
    assert "de vaste versies zijn veranderd" in install(place).stdout
    assert versions(place) == "1.0 1.0"


def test_an_interrupted_installation_says_so_and_that_it_begins_again(place):
    process = subprocess.Popen(command(place), env=settings(place), stderr=subprocess.PIPE, text=True)
    while not (place / "venv" / ".being-installed").exists():
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said.strip() == "Het installeren is afgebroken. De volgende keer begint het opnieuw: make start"


def sentence_of(done):
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr.splitlines()[0]


def test_a_lock_without_a_hash_is_refused(place):
    (place / "requirements.txt").write_text("proefpakket==1.0\n")
    assert "requirements.txt is niet volledig" in sentence_of(install(place))
    assert install(place).returncode == 1  # not taken for finished


def test_another_file_than_the_lock_names_is_refused(place):
    make_wheel(place / "index", "proefpakket", "1.0", ["proefextra>=1.0", "proefextra<3"])
    assert "andere hash" in sentence_of(install(place))


def test_an_index_that_does_not_answer_is_called_that(place):
    more = {"PIP_NO_INDEX": "0", "PIP_FIND_LINKS": "", "PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "1"}
    said = sentence_of(install(place, PIP_EXTRA_INDEX_URL="", **more))
    assert said.startswith("De pakketindex is niet bereikbaar.")


def test_a_folder_of_somebody_else_is_not_emptied(place):
    (place / "venv").mkdir()
    (place / "venv" / "dagboek.txt").write_text("van mij")
    assert "is geen virtuele omgeving" in sentence_of(install(place))
    assert (place / "venv" / "dagboek.txt").read_text() == "van mij"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_called_that(place):
    place.chmod(0o500)
    try:
        assert "mag niet worden geschreven" in sentence_of(install(place))
    finally:
        place.chmod(0o700)


def test_the_script_is_readable_for_an_old_python():
    # No syntax that only a new Python knows: the work itself is in another file.
    text = (ROOT / "tools" / "install.py").read_text("utf-8")
    assert 'f"' not in text
    assert ":=" not in text
    assert " -> " not in text
