"""How large Merenveld may be; apart from the drawing, so that asking for the limits imports no library."""

from typing import Final

LEAST_NODES: Final = 1_000
MOST_NODES: Final = 3_000_000
DEFAULT_NODES: Final = 30_000
DEFAULT_SEED: Final = 2026
