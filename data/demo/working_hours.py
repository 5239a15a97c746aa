"""Hours, tasks and ages of Merenveld: most places are lawful for all, some from 16 on, of a few nothing is known.

Drawn by a generator of its own, so that everything else of the demo stays where it was.
"""

from __future__ import annotations

from typing import Final

import numpy as np

#: How many of a hundred places have these hours: the last are too long under 16, and the rest has none filled in.
HOURS: Final = ((40, "09:00-15:30/30"), (22, "08:30-15:00/30"), (10, "08:30-12:30/15"), (22, "08:00-16:30/30"))
SCHOOL_HOURS: Final = "08:30-14:00"
#: Part of the name of the work, the kind of task that it brings, and how often.
TASKS: Final = (
    ("Kassa", "kassa", 1.0),
    ("werkplaats", "machine_gevaar", 0.4),
    ("timmer", "machine_gevaar", 0.7),
    ("bouw", "tillen:15", 0.6),
    ("magazijn", "tillen:10", 0.5),
    ("Orderpicker", "heftruck", 0.15),
    ("stal", "tillen:12", 0.4),
)


class WorkDrawer:
    """Draws what the law asks, place by place and pupil by pupil."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng([seed, 52])

    def of_place(self, work: str, days: list[str]) -> dict[str, str]:
        """The columns of a place."""
        draw = self._rng.random(3)
        hours, chance = "", draw[0] * 100
        for share, text in HOURS:
            if chance < share:
                hours = text
                break
            chance -= share
        found = [task for part, task, often in TASKS if part.lower() in work.lower() and draw[1] < often]
        return {
            "tijden": "|".join(f"{day} {hours}" for day in days) if hours else "",
            "taken": "|".join(found) or "geen",
            "toezicht": "ja" if draw[2] < 0.99 else "",
        }

    def of_pupil(self, *, sixteen: bool, days: list[str]) -> dict[str, str]:
        """The columns of a pupil; of one in two hundred the age is not filled in yet."""
        draw = self._rng.random(2)
        group = ("18+" if draw[0] < 0.1 else "16-17") if sixteen else "14-15"
        change = "2027-03" if group == "14-15" and draw[0] > 0.9 else ""
        return {
            "leeftijdsgroep": "" if draw[1] < 0.005 and not sixteen else group,
            "leeftijd_verandert": change,
            "schooltijden": "|".join(f"{day} {SCHOOL_HOURS}" for day in days) or "geen",
        }
