"""Install one lock into a virtual environment; what every make target runs first.

``python tools/install.py runtime|test|bench --venv .venv [--chosen]``

Runs on any Python, also on one that is too old, to say which one is needed; the work is in ``environment.py``.
``--chosen`` says that somebody named this Python on purpose, so that no other one is taken.
"""

import os
import sys

import check_python

HERE = os.path.dirname(os.path.abspath(__file__))


def main(arguments):
    """Hand over to a Python that fits: this one, or the one that made the environment."""
    fits = check_python.LOWEST <= tuple(sys.version_info[:2]) <= check_python.HIGHEST
    if not fits:
        made = os.path.join(read_venv(arguments), "bin", "python")
        if "--chosen" in arguments or not os.access(made, os.X_OK) or os.path.realpath(made) == real_python():
            sys.stderr.write(check_python.find_fault(sys.version_info, True, check_python.NEEDED_MB) + "\n")
            return 1
        os.execv(made, [made, os.path.join(HERE, "install.py")] + list(arguments))
    import environment

    return environment.main(arguments)


def read_venv(arguments):
    """Return the folder after ``--venv``."""
    at = arguments.index("--venv") + 1 if "--venv" in arguments else len(arguments)
    return arguments[at] if at < len(arguments) else ".venv"


def real_python():
    """Return the file of the Python that runs this, without links."""
    return os.path.realpath(sys.executable)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
