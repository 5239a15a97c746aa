"""What the loaders of the demo share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from data.demo.places import Region
from usecases.services import Services

BY = "demo"


@dataclass
class Loading:
    """What a loader may use.

    Attributes
    ----------
    services
        The use cases; a loader writes through them and through nothing else.
    folder
        Where the files of the demo are written, in ``STAGEROUTE_HOME``.
    nodes, seed
        Size and seed of the region.
    say
        Tells the user what happens now.
    region
        Addresses and borders, once the first loader made them.
    """

    services: Services
    folder: Path
    nodes: int
    seed: int
    say: Callable[[str], None]
    files: dict[str, Path] = field(default_factory=dict)
    regions: list[Region] = field(default_factory=list)

    @property
    def region(self) -> Region:
        """Return the addresses and borders of Merenveld."""
        return self.regions[0]

    def read_in(self, importer: str, path: Path, **options: str) -> None:
        """Read a file in through its importer, as ``flask import`` does."""
        imports = self.services.imports
        offered = imports.offer(importer, path.name, path.read_bytes(), options, BY)
        imports.accept(offered)
        self.say(f"{importer}: {len(offered.diff.new)} nieuw uit {path.name}")
