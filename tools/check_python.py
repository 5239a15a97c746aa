"""Say in words why this machine cannot install Stageroute, before pip says it in a traceback. Runs on any Python 3."""

import importlib.util
import shutil
import sys

LOWEST, HIGHEST = (3, 11), (3, 13)
#: Megabytes that the libraries need, with room for the installer itself.
NEEDED_MB = 3000


def find_fault(version, has_venv, free_mb):
    """Return a Dutch sentence about the first thing that is wrong, or ``None``."""
    if not LOWEST <= tuple(version[:2]) <= HIGHEST:
        shown = ".".join(str(part) for part in version[:3])
        return (
            "Stageroute werkt met Python 3.11, 3.12 of 3.13; dit is %s. "
            "Kies een andere, bijvoorbeeld: make start PYTHON=python3.12" % shown
        )
    if not has_venv:
        return "De module venv ontbreekt. Op Debian of Ubuntu: apt-get install python3-venv"
    if free_mb < NEEDED_MB:
        return "De schijf is bijna vol: %d MB vrij, en het installeren vraagt %d MB. Maak ruimte vrij." % (
            free_mb,
            NEEDED_MB,
        )
    return None


def main():
    """Print the fault, if any, and exit with 1."""
    has_venv = all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))
    free_mb = shutil.disk_usage(".").free // 1_000_000
    fault = find_fault(sys.version_info, has_venv, free_mb)
    if fault:
        sys.stderr.write(fault + "\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
