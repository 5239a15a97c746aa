"""How large Merenveld may be; apart from the drawing, so that asking for the limits imports no library."""

from data.demo.size import DEFAULT_NODES, DEFAULT_SEED, LEAST_NODES, MOST_NODES

__all__ = ["DEFAULT_NODES", "DEFAULT_SEED", "LEAST_NODES", "MOST_NODES"]
