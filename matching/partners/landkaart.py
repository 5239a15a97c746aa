"""The landkaart: collaborations per region on a public ladder, with self-reports that a person checks first.

Source
------
Voortgangsbrief Sterk beroepsonderwijs "Er zit energie in het beroepsonderwijs!", 18-12-2020: a public map of
collaborations, schools may report themselves; 13 of the 35 arbeidsmarktregio's had a doorlopende leerroute end 2020.
"""

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from matching.partners.errors import LandkaartError
from matching.partners.model import date_text


class Rung(StrEnum):
    """The ladder of a collaboration, in order."""

    IDEA = "idee"
    TALK = "gesprek"
    AGREEMENT = "overeenkomst"
    ACTIVE = "actief"
    ENDED = "beëindigd"


class Moderation(StrEnum):
    """What the netwerkcoördinator decided about a report."""

    WAITING = "wacht op controle"
    PUBLISHED = "geplaatst"
    REFUSED = "niet geplaatst"


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """One counted point of the series: regions with at least one route, of all regions."""

    on: date
    regions: int
    of: int
    what: str
    source: str

    @property
    def sentence(self) -> str:
        """Write the point, e.g. ``13 van de 35 regio's op 31 december 2020``."""
        return f"{self.regions} van de {self.of} regio's op {date_text(self.on)}"


FIRST_POINT = SeriesPoint(
    date(2020, 12, 31),
    13,
    35,
    "Regio's waar scholen één of meer doorlopende leerroutes vmbo–mbo bij DUO hadden aangemeld (eind 2020)",
    "Voortgangsbrief Sterk beroepsonderwijs, 18-12-2020 (26378548), actielijn 2",
)


@dataclass(frozen=True, slots=True)
class RungChange:
    """A step on the ladder, dated; the last one is the present rung."""

    rung: Rung
    on: date


@dataclass(frozen=True, slots=True)
class Collaboration:
    """One collaboration on the landkaart; institutions only, never people."""

    record_id: str
    title: str
    region: str
    sectors: tuple[str, ...]
    routes: tuple[str, ...]
    schools: str
    partner: str
    description: str
    ladder: tuple[RungChange, ...]
    source: str = ""
    lat: float | None = None
    lon: float | None = None
    moderation: Moderation = Moderation.PUBLISHED

    def rung_on(self, day: date) -> Rung | None:
        """Return the rung on a day, or ``None`` when it had not begun."""
        past = [each for each in self.ladder if each.on <= day]
        return past[-1].rung if past else None


@dataclass(frozen=True, slots=True)
class LandkaartFilter:
    """What the address asks for; empty means everything."""

    region: str = ""
    sector: str = ""
    route: str = ""
    rung: str = ""

    def keeps(self, each: Collaboration, on: date) -> bool:
        """Tell whether a published collaboration passes the filter on a day."""
        rung = each.rung_on(on)
        return (
            each.moderation is Moderation.PUBLISHED
            and rung is not None
            and self.region in {"", each.region}
            and (not self.sector or self.sector in each.sectors)
            and (not self.route or self.route in each.routes)
            and self.rung in {"", str(rung)}
        )


def select(records: Iterable[Collaboration], wanted: LandkaartFilter, on: date) -> tuple[Collaboration, ...]:
    """Return the published records that pass, by region and title."""
    kept = [each for each in records if wanted.keeps(each, on)]
    return tuple(sorted(kept, key=lambda each: (each.region, each.title.casefold(), each.record_id)))


def count_rungs(records: Iterable[Collaboration], on: date) -> dict[Rung, int]:
    """Count collaborations per rung on a day, every rung present."""
    counts = dict.fromkeys(Rung, 0)
    for each in records:
        rung = each.rung_on(on)
        if rung is not None:
            counts[rung] += 1
    return counts


def series(records: Sequence[Collaboration], regions: Collection[str], days: Sequence[date]) -> tuple[SeriesPoint, ...]:
    """Return the first published point and a counted one for each day; only known regions are counted."""
    counted = []
    for day in days:
        working = {r.region for r in records if r.region in regions and r.rung_on(day) in {Rung.AGREEMENT, Rung.ACTIVE}}
        counted.append(
            SeriesPoint(
                day,
                len(working),
                len(regions),
                "Regio's met een overeenkomst of actieve samenwerking",
                "Landkaart van Stageroute",
            )
        )
    return (FIRST_POINT, *counted)


def climb(record_ladder: Sequence[RungChange], new: RungChange, *, today: date) -> tuple[RungChange, ...]:
    """Append a step to the ladder; what was written stays.

    Raises
    ------
    LandkaartError
        The step is in the future, before the last one, repeats it, or follows the end.
    """
    if new.on > today:
        raise LandkaartError(f"{date_text(new.on)} ligt in de toekomst.")
    if record_ladder:
        last = record_ladder[-1]
        if new.on < last.on:
            raise LandkaartError(f"De status is al van {date_text(last.on)}; {date_text(new.on)} ligt daarvoor.")
        if last.rung is Rung.ENDED:
            raise LandkaartError("Deze samenwerking is beëindigd. Meld een nieuwe samenwerking aan.")
        if new.rung is last.rung:
            raise LandkaartError(f"De samenwerking staat al op ‘{last.rung}’.")
    return (*record_ladder, new)


LIMITS = {"title": 120, "schools": 200, "partner": 200, "description": 1200}
_NAMES = {"title": "titel", "schools": "scholen", "partner": "mbo", "description": "omschrijving"}


def clean_report(fields: dict[str, str]) -> dict[str, str]:
    """Check the texts of a self-report; plain text only.

    Raises
    ------
    LandkaartError
        A text is missing, too long, or holds markup, script or control characters.
    """
    cleaned: dict[str, str] = {}
    for key, limit in LIMITS.items():
        text = unicodedata.normalize("NFC", fields.get(key, "")).strip()
        name = _NAMES[key]
        if not text:
            raise LandkaartError(f"Vul het veld ‘{name}’ in.")
        if len(text) > limit:
            raise LandkaartError(f"Het veld ‘{name}’ is {len(text)} tekens lang; er passen er {limit}.")
        if any(sign in text for sign in "<>") or "javascript:" in text.casefold():
            raise LandkaartError(f"Het veld ‘{name}’ bevat code (< of >). Gebruik alleen gewone tekst.")
        if any(unicodedata.category(char) == "Cc" and char not in "\r\n\t" for char in text):
            raise LandkaartError(f"Het veld ‘{name}’ bevat onzichtbare tekens. Typ de tekst opnieuw.")
        cleaned[key] = text
    return cleaned
