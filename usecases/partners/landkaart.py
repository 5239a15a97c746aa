"""Use cases of the landkaart: show, report oneself, moderate, climb the ladder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from data import audit
from data.faults import InputRefused
from data.landkaart_store import LandkaartStore
from data.partner_store import PartnerStore
from data.session import Database
from matching.partners.landkaart import (
    Collaboration,
    LandkaartFilter,
    Moderation,
    Rung,
    RungChange,
    SeriesPoint,
    clean_report,
    climb,
    select,
    series,
)

SECTORS = (
    "techniek", "bouw", "groen", "horeca en voeding", "zorg en welzijn", "logistiek", "detailhandel",
    "schoonmaak/facilitair", "dierverzorging",
)  # fmt: skip
ROUTES = ("A", "B", "C")
MOST_REPORTS_A_DAY = 50
UNKNOWN = "Deze samenwerking staat niet op de landkaart."


class LandkaartService:
    """The public map of collaborations."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], today: Callable[[], date], region_kind: str
    ) -> None:
        self._database = database
        self._clock = clock
        self._today = today
        self._kind = region_kind

    def find(self, wanted: LandkaartFilter) -> tuple[tuple[Collaboration, ...], int]:
        """Return the published records that pass a filter, and how many there are without one."""
        today = self._today()
        with self._database.read() as session:
            records = LandkaartStore(session).all(self._kind)
        return select(records, wanted, today), len(select(records, LandkaartFilter(), today))

    def published(self, record_id: str) -> Collaboration:
        """Return one published record.

        Raises
        ------
        InputRefused
            It does not exist or was never published.
        """
        found = self.record(record_id)
        if found.moderation is not Moderation.PUBLISHED:
            raise InputRefused.because(UNKNOWN)
        return found

    def record(self, record_id: str) -> Collaboration:
        """Return one record, published or not."""
        with self._database.read() as session:
            found = LandkaartStore(session).get(record_id)
        if found is None:
            raise InputRefused.because(UNKNOWN)
        return found

    def series(self) -> tuple[SeriesPoint, ...]:
        """Count regions with a working collaboration at the end of each year, after the published point of 2020."""
        today = self._today()
        with self._database.read() as session:
            records = LandkaartStore(session).all(self._kind)
            regions = PartnerStore(session).region_names(self._kind)
        shown = [each for each in records if each.moderation is Moderation.PUBLISHED]
        first = min((change.on.year for each in shown for change in each.ladder), default=today.year)
        days = [date(year, 12, 31) for year in range(max(first, 2021), today.year)]
        return series(shown, regions, [*days, today])

    def waiting(self, regions: Sequence[str]) -> tuple[Collaboration, ...]:
        """List the self-reports of some regions that wait for a decision."""
        with self._database.read() as session:
            records = LandkaartStore(session).all(self._kind)
        return tuple(r for r in records if r.moderation is Moderation.WAITING and r.region in regions)

    def report(self, fields: Mapping[str, str], sectors: Sequence[str], routes: Sequence[str], rung: str) -> str:
        """Take in a self-report; it waits for the netwerkcoördinator of the region.

        Raises
        ------
        InputRefused, matching.partners.errors.LandkaartError
            A text with script in it, an unknown region, sector, route or rung, or too many reports today.
        """
        cleaned = clean_report(dict(fields))
        now, today = self._clock(), self._today()
        if rung not in set(Rung):
            raise InputRefused.because(f"Kies de stand uit {', '.join(Rung)}.")
        if not sectors or not set(sectors) <= set(SECTORS):
            raise InputRefused.because("Kies ten minste één sector uit de lijst.")
        if not routes or not set(routes) <= set(ROUTES):
            raise InputRefused.because("Kies ten minste één route: A, B of C.")
        with self._database.write() as session:
            store = LandkaartStore(session)
            region = fields.get("region", "")
            if region not in PartnerStore(session).region_names(self._kind):
                raise InputRefused.because("Kies een regio uit de lijst.")
            if store.recent_reports(now - timedelta(days=1)) >= MOST_REPORTS_A_DAY:
                raise InputRefused.because(
                    "Er zijn vandaag al veel meldingen binnengekomen. Probeer het morgen opnieuw."
                )
            waiting = [r for r in store.all(self._kind) if r.moderation is Moderation.WAITING]
            twin = next((r for r in waiting if (r.title, r.region) == (cleaned["title"], region)), None)
            if twin is not None:
                return twin.record_id
            new = Collaboration(
                "", cleaned["title"], region, tuple(sectors), tuple(routes), cleaned["schools"], cleaned["partner"],
                cleaned["description"], (RungChange(Rung(rung), today),), "Zelf gemeld", moderation=Moderation.WAITING,
            )  # fmt: skip
            number = store.add(new, self._kind, at=now)
            audit.append(
                session, at=now, actor="bezoeker", action="landkaart: gemeld", object_kind="landkaart_record",
                object_id=number, after={"titel": new.title, "regio": region},
            )  # fmt: skip
            return number

    def add_seed(self, record: Collaboration) -> str | None:
        """Store a record of a named source, published at once; ``None`` when it is there already."""
        with self._database.write() as session:
            store = LandkaartStore(session)
            if any((r.title, r.region) == (record.title, record.region) for r in store.all(self._kind)):
                return None
            return store.add(replace(record, moderation=Moderation.PUBLISHED), self._kind, at=self._clock())

    def moderate(self, record_id: str, *, publish: bool, by: str, note: str = "") -> None:
        """Decide on a self-report.

        Raises
        ------
        InputRefused
            It was decided on before, or a refusal lacks its reason.
        """
        with self._database.write() as session:
            store = LandkaartStore(session)
            found = store.get(record_id)
            if found is None or found.moderation is not Moderation.WAITING:
                raise InputRefused.because("Over deze melding is al besloten.")
            if not publish and not note.strip():
                raise InputRefused.because("Schrijf op waarom de melding niet wordt geplaatst.")
            decision = Moderation.PUBLISHED if publish else Moderation.REFUSED
            store.moderate(record_id, decision, by=by, at=self._clock(), note=note.strip()[:400])
            audit.append(
                session, at=self._clock(), actor=by, action=f"landkaart: {decision}", object_kind="landkaart_record",
                object_id=record_id, after={"besluit": str(decision), "reden": note.strip()[:400]},
            )  # fmt: skip

    def climb(self, record_id: str, rung: str, on: date, *, by: str) -> None:
        """Put a dated step on the ladder of a record.

        Raises
        ------
        InputRefused, matching.partners.errors.LandkaartError
            The step does not exist or does not follow.
        """
        if rung not in set(Rung):
            raise InputRefused.because(f"Kies de stand uit {', '.join(Rung)}.")
        with self._database.write() as session:
            store = LandkaartStore(session)
            found = store.get(record_id)
            if found is None:
                raise InputRefused.because(UNKNOWN)
            change = RungChange(Rung(rung), on)
            climb(found.ladder, change, today=self._today())
            store.add_rung(record_id, change)
            audit.append(
                session, at=self._clock(), actor=by, action="landkaart: stand", object_kind="landkaart_record",
                object_id=record_id, after={"stand": rung, "op": on.isoformat()},
            )  # fmt: skip
