"""Names of the entree qualifications, by crebo; data in files, one per set."""

from functools import cache
from pathlib import Path
from tomllib import loads


@cache
def load_names() -> dict[str, str]:
    """Load what every known crebo is called."""
    names: dict[str, str] = {}
    for path in sorted(Path(__file__).parent.glob("*.toml")):
        names |= loads(path.read_text(encoding="utf-8"))["names"]
    return names
