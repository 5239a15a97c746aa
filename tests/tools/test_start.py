"""``make start``: what it checks first, what it says, and that it stops everything it started."""

import errno
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import pytest

from usecases.settings import read_settings

ROOT = Path(__file__).resolve().parents[2]


def load(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


start, check_python, system_packages = load("start"), load("check_python"), load("system_packages")


@pytest.mark.parametrize("version", [(3, 10, 9), (3, 14, 0), (2, 7, 18)])
def test_another_python_is_refused_with_its_version_and_what_to_do(version):
    fault = check_python.find_fault(version, True, 10_000)
    assert ".".join(map(str, version)) in fault
    assert "make start PYTHON=" in fault


def test_a_python_that_fits_is_accepted_and_what_else_is_missing_is_named():
    assert check_python.find_fault((3, 11, 2), True, 10_000) is None
    assert "python3-venv" in check_python.find_fault((3, 12, 0), False, 10_000)
    assert "12 MB vrij" in check_python.find_fault((3, 13, 0), True, 12)


def test_check_python_is_readable_for_an_old_python():
    done = subprocess.run([sys.executable, ROOT / "tools" / "check_python.py"], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    # No syntax that only a new Python knows: f-strings stop Python 3.5, annotations and := older ones.
    assert 'f"' not in (ROOT / "tools" / "check_python.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "80.5", ""])
def test_a_port_that_is_none_is_refused(monkeypatch, port):
    monkeypatch.setenv("PORT", port)
    with pytest.raises(start.StartError, match="PORT="):
        start.read_address()


def test_a_port_in_use_is_refused_with_another_one():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(start.StartError, match=rf"Poort {port} is al in gebruik.*make start PORT={port + 1}"):
            start.check_port("127.0.0.1", port)
    start.check_port("127.0.0.1", port)


def test_a_host_of_another_machine_is_refused():
    with pytest.raises(start.StartError, match=r"HOST='203\.0\.113\.7'"):
        start.check_port("203.0.113.7", 8000)


def test_a_full_disk_is_said_in_words(tmp_path, monkeypatch):
    monkeypatch.setattr(start.shutil, "disk_usage", lambda _: SimpleNamespace(free=7_000_000))
    with pytest.raises(start.StartError, match="7 MB vrij"):
        start.check_home(tmp_path)

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(start.StartError, match="is vol"):
        start.check_home(tmp_path)


def test_a_home_that_cannot_be_made_is_said_in_words(tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(start.StartError, match="kan niet worden geschreven"):
        start.check_home(tmp_path / "file" / "home")


def test_packages_are_installed_by_root_only_and_never_stop_the_tests(monkeypatch, capsys):
    monkeypatch.setattr(system_packages, "find_missing", lambda: ["chromium"])
    monkeypatch.setattr(system_packages.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(system_packages, "install", lambda _: pytest.fail("not as an ordinary user"))
    assert system_packages.main() == 0
    assert "sudo apt-get install chromium" in capsys.readouterr().out
    monkeypatch.setattr(system_packages.os, "geteuid", lambda: 0)
    monkeypatch.setattr(system_packages.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(system_packages, "install", lambda packages: packages != ["chromium"])
    assert system_packages.main() == 0
    assert "niet gelukt" in capsys.readouterr().out


def test_half_a_demo_is_put_aside_and_never_thrown_away(tmp_path):
    config = read_settings({"STAGEROUTE_HOME": str(tmp_path)})
    (tmp_path / "stageroute.sqlite").write_bytes(b"half")
    start.put_aside_half_a_demo(config)
    assert (tmp_path / "stageroute.sqlite").exists()
    (tmp_path / start.HALF).touch()
    start.put_aside_half_a_demo(config)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["half-stageroute.sqlite"]
    (tmp_path / start.HALF).touch()
    elsewhere = read_settings({"STAGEROUTE_HOME": str(tmp_path), "DATABASE_URL": "postgresql+psycopg://a@b/c"})
    with pytest.raises(start.StartError, match="lege database"):
        start.put_aside_half_a_demo(elsewhere)


# ---------------------------------------------------------------- the whole of it


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def children_of(pid):
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            child = int(status.parent.name)
            found += [child, *children_of(child)]
    return found


def alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="follows processes through /proc, which is Linux")
def test_it_serves_the_login_page_and_leaves_no_process_behind(tmp_path, template_home):
    port = free_port()
    home = shutil.copytree(template_home, tmp_path / "home")
    environment = {**os.environ, "STAGEROUTE_HOME": str(home), "PORT": str(port), "WEB_CONCURRENCY": "1"}
    environment.pop("DATABASE_URL", None)
    began = time.monotonic()
    with (tmp_path / "out.txt").open("w+", encoding="utf-8") as out:
        process = subprocess.Popen(
            [sys.executable, ROOT / "tools" / "start.py"], env=environment, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            shown = ""
            while "draait op" not in shown and process.poll() is None and time.monotonic() < began + 60:
                time.sleep(0.1)
                shown = (tmp_path / "out.txt").read_text(encoding="utf-8")
            assert f"http://127.0.0.1:{port}" in shown, shown
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/inloggen", timeout=5) as page:
                assert page.status == 200
            family = children_of(process.pid)
            assert len(family) >= 3, "gunicorn, its process and a worker"
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 0
        finally:
            process.kill()
            process.wait()
    assert "Uw gegevens zijn bewaard" in (tmp_path / "out.txt").read_text(encoding="utf-8")
    assert [pid for pid in family if alive(pid)] == []
