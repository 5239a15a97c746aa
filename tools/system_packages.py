"""Make sure the tests find Chromium and PostgreSQL: install them when root, otherwise say how, and go on either way."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

POSTGRESQL_FOLDER = Path("/usr/lib/postgresql")


def find_missing() -> list[str]:
    """List the Debian packages that the tests would use and that are not here."""
    missing = []
    if not any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        missing.append("chromium")
    if not shutil.which("initdb") and not any(POSTGRESQL_FOLDER.glob("*/bin/initdb")):
        missing.append("postgresql")
    return missing


def install(packages: list[str]) -> bool:
    """Install packages with apt-get, quietly; return whether that worked."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    steps = (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
    )
    for step in steps:
        try:
            done = subprocess.run(step, env=environment, capture_output=True, text=True, timeout=600, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            sys.stderr.write(f"{step[0]}: {error}\n")
            return False
        if done.returncode:
            sys.stderr.write(done.stderr[-500:])
            return False
    return True


def main() -> int:
    """Install or explain; never stop the tests, because they skip with a reason."""
    missing = find_missing()
    if not missing:
        return 0
    names = " ".join(missing)
    if os.geteuid() == 0 and shutil.which("apt-get"):
        sys.stdout.write(f"Stageroute: {names} installeren voor de tests ...\n")
        if install(missing):
            return 0
        sys.stdout.write(f"Installeren van {names} is niet gelukt.\n")
    sys.stdout.write(f"Zonder {names} worden tests overgeslagen. Installeren: sudo apt-get install {names}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
