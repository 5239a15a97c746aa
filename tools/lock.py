"""Compile requirements*.txt from requirements*.in: exact versions with hashes, and no index host in the files."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Each lock is constrained by the one before, so that production, tests and benchmarks never differ in a version.
LOCKS = (("requirements", None), ("requirements-dev", "requirements"), ("requirements-bench", "requirements-dev"))


def find_uv(folder: Path) -> str:
    """Return the program ``uv``, installed into ``folder`` when it is not on this machine."""
    found = shutil.which("uv")
    if found:
        return found
    venv.create(folder, with_pip=True)
    subprocess.run([folder / "bin" / "pip", "install", "--quiet", "uv"], check=True)
    return str(folder / "bin" / "uv")


def main() -> int:
    """Write the three locks."""
    with tempfile.TemporaryDirectory() as folder:
        uv = find_uv(Path(folder) / "uv")
        for name, constraint in LOCKS:
            command = [uv, "pip", "compile", "--universal", "--python-version", "3.11", "--generate-hashes", "--quiet"]
            command += ["--no-emit-index-url", "--no-emit-find-links", "--no-header", f"{name}.in", "-o", f"{name}.txt"]
            if constraint:
                command += ["-c", f"{constraint}.txt"]
            subprocess.run(command, cwd=ROOT, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
