"""Mbo partners: one row per location; an institution is made from its rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.faults import Fault
from data.importers import fields
from data.importers.fields import ExpectedError, Value
from data.importers.framework import Importer
from data.importers.records import Column, Diff, Record, Row, Run
from data.partner_store import ALWAYS, PartnerStore
from data.rd import to_rd
from data.tables.organisation import Gemeente, PostcodePoint
from data.tables.partners import MboInstitution, MboLocation, MboOffer

_OFFER = re.compile(r"^(\d{5})(?:\((\d{4}-\d{2}-\d{2})?\.\.(\d{4}-\d{2}-\d{2})?\))?$")


def offer(cell: str) -> str:
    """Crebo, with its dates when they are limited: ``25254`` or ``25254(2026-08-01..2029-07-31)``."""
    found = _OFFER.match(cell.replace(" ", ""))
    wanted = "een crebo van vijf cijfers, eventueel met data zoals 25254(2026-08-01..2029-07-31)"
    if not found:
        raise ExpectedError(wanted)
    try:
        starts = date.fromisoformat(found[2]) if found[2] else None
        ends = date.fromisoformat(found[3]) if found[3] else None
    except ValueError:
        raise ExpectedError(wanted) from None
    if starts and ends and ends < starts:
        raise ExpectedError("een einddatum op of na de begindatum")
    return found[0]


def split_offer(text: str) -> tuple[str, date, date | None]:
    """Take an accepted offer text apart into crebo, first day and last day."""
    found = _OFFER.match(text)
    assert found is not None  # noqa: S101 - accepted by ``offer`` before
    starts = date.fromisoformat(found[2]) if found[2] else ALWAYS
    return found[1], starts, date.fromisoformat(found[3]) if found[3] else None


def join_offer(crebo: str, starts: date, ends: date | None) -> str:
    """Write an offer as it stands in the file."""
    if starts == ALWAYS and ends is None:
        return crebo
    return f"{crebo}({'' if starts == ALWAYS else starts.isoformat()}..{'' if ends is None else ends.isoformat()})"


class PartnersImporter(Importer):
    """Locations of mbo institutions, with what they offer and how many seats they have for pro."""

    name = "partners"
    title = "Mbo-partners"
    explanation = (
        "Eén regel per locatie. De regio volgt uit de gemeente en de regiotabel van het jaar. "
        "Laat capaciteit leeg als de mbo die niet opgaf; vul 0 in als de locatie vol is."
    )
    key = ("location_id",)
    columns = (
        Column("partner_id", "instellingscode",
               fields.pattern(r"[0-9A-Z-]{2,12}", "een BRIN of eigen code", upper=True),
               example=("99MA", "99MB"), explanation="BRIN van de mbo, of een eigen code."),
        Column("name", "instelling", example=("ROC Merenveld", "Vakcollege De Sluis")),
        Column("bekostigd", "bekostigd", fields.yes_no, example=("ja", "nee")),
        Column("recognised_from", "erkend_van", fields.day, required=False, filled=False, example=("", "2020-08-01"),
               explanation="Alleen voor niet-bekostigd: begin van de diploma-erkenning."),
        Column("recognised_until", "erkend_tot", fields.day, required=False, filled=False, example=("", "")),
        Column("location_id", "locatiecode",
               fields.pattern(r"[0-9A-Z][0-9A-Z-]{1,23}", "letters, cijfers en streepjes", upper=True),
               example=("99MA-01", "99MB-01")),
        Column("location", "locatie", example=("Locatie Havenkade", "Locatie Sluisweg")),
        Column("street", "adres", required=False, filled=False, example=("Havenkade 1", "")),
        Column("postcode", "postcode", fields.postcode, required=False, filled=False, example=("9801 AB", "9802 CD")),
        Column("place", "plaats", required=False, filled=False, example=("Merenstad", "Sluiswijk")),
        Column("gemeente", "gemeentecode", fields.gemeente, example=("9801", "9802")),
        Column("lat", "lat", fields.decimal(50.0, 54.0), required=False, filled=False, example=("52,64", ""),
               explanation="Coördinaten, of anders een postcode die in de postcodetabel staat."),
        Column("lon", "lon", fields.decimal(3.0, 8.0), required=False, filled=False, example=("5,42", "")),
        Column("offers", "crebos", fields.words(offer, separators=",;|/ "),
               example=("25254, 25257", "25254(2026-08-01..2029-07-31)"),
               explanation="Entreekwalificaties, eventueel met begin- en einddatum."),
        Column("capacity", "capaciteit", fields.whole(0, 10_000), required=False, filled=False, example=("120", ""),
               explanation="Aantal pro-leerlingen tegelijk; leeg is onbekend."),
        Column("taken", "bezet", fields.whole(0, 10_000), required=False, filled=False, example=("40", "")),
        Column("willingness", "bereid", fields.choice({"ja": "ja", "nee": "nee", "onbekend": "onbekend"}),
               required=False, filled=False, example=("ja", "onbekend")),
        Column("contact", "contact", required=False, filled=False, example=("Teamleider entree", "")),
        Column("contact_email", "e-mail", fields.pattern(r"[^@\s]+@[^@\s]+\.[^@\s]+", "een e-mailadres"),
               aliases=("email",), required=False, filled=False, example=("entree@roc-merenveld.example", "")),
    )  # fmt: skip

    def check_values(self, values: dict[str, Value], row: Row) -> Iterable[tuple[str, str]]:
        """Check recognition and seats, and fill what a blank cell means."""
        del row
        values["taken"] = values["taken"] or 0
        values["willingness"] = values["willingness"] or "onbekend"
        offers = values["offers"]
        values["offers"] = tuple(sorted(offers)) if isinstance(offers, tuple) else ()
        if not values["bekostigd"] and values["recognised_from"] is None:
            yield "recognised_from", "een begindatum van de diploma-erkenning, want deze mbo is niet bekostigd"
        begins, ends = values["recognised_from"], values["recognised_until"]
        if isinstance(begins, date) and isinstance(ends, date) and ends < begins:
            yield "recognised_until", "een datum op of na erkend_van"
        if (values["lat"] is None) != (values["lon"] is None):
            yield "lat", "lat en lon allebei, of allebei leeg"
        if values["lat"] is None and values["postcode"] is None:
            yield "lat", "coördinaten of een postcode: een partner zonder locatie kan niet mee in de keten"

    def check_all(self, records: Sequence[Record], session: Session, run: Run) -> Iterable[Fault]:
        """Find the point of every location and check that rows of one institution agree."""
        known = set(session.scalars(select(Gemeente.code)))
        first: dict[object, Record] = {}
        shared = ("name", "bekostigd", "recognised_from", "recognised_until", "willingness", "contact", "contact_email")
        for record in records:
            values = record.values
            if values["gemeente"] not in known:
                expected = "een gemeente uit een ingelezen regiotabel (flask import regio)"
                yield Fault(run.file, record.line, "gemeentecode", str(values["gemeente"]), expected)
            if values["lat"] is None and not _fill_point(values, session):
                expected = "een postcode uit de postcodetabel, of lat en lon"
                yield Fault(run.file, record.line, "postcode", str(values["postcode"]), expected)
            other = first.setdefault(values["partner_id"], record)
            for key in shared:
                if other.values[key] != values[key]:
                    title = next(column.title for column in self.columns if column.key == key)
                    expected = f"hetzelfde als op regel {other.line}, want het is dezelfde instelling"
                    yield Fault(run.file, record.line, title, str(values[key]), expected)

    def existing(self, session: Session, run: Run) -> Mapping[str, Mapping[str, Value]]:
        """Load every location that is open, as rows of the file."""
        offers: dict[str, list[str]] = {}
        for each in session.scalars(select(MboOffer)):
            offers.setdefault(each.location_id, []).append(join_offer(each.crebo, each.starts_on, each.ends_on))
        rows = session.execute(
            select(MboLocation, MboInstitution)
            .join(MboInstitution, MboInstitution.partner_id == MboLocation.partner_id)
            .where(MboLocation.ended_on.is_(None) | (MboLocation.ended_on > run.on))
        )
        return {
            place.location_id: {
                "partner_id": school.partner_id,
                "name": school.name,
                "bekostigd": school.bekostigd,
                "recognised_from": school.recognised_from,
                "recognised_until": school.recognised_until,
                "location_id": place.location_id,
                "location": place.name,
                "street": place.street,
                "postcode": place.postcode,
                "place": place.place,
                "gemeente": place.gemeente_code,
                "lat": place.lat,
                "lon": place.lon,
                "offers": tuple(sorted(offers.get(place.location_id, ()))),
                "capacity": place.capacity,
                "taken": place.taken,
                "willingness": school.willingness,
                "contact": school.contact or None,
                "contact_email": school.contact_email or None,
            }
            for place, school in rows
        }

    def save(self, session: Session, diff: Diff, run: Run) -> None:
        """Write new and changed locations; what is gone ends on the day of the import."""
        store = PartnerStore(session)
        for change in (*diff.new, *diff.changed):
            assert change.after is not None  # noqa: S101 - new and changed have an after
            self._save_row(session, store, dict(change.after))
        session.flush()
        for change in diff.gone:
            session.get_one(MboLocation, change.key).ended_on = run.on
        session.flush()
        open_ids = set(session.scalars(select(MboLocation.partner_id).where(MboLocation.ended_on.is_(None))))
        for school in session.scalars(select(MboInstitution)):
            school.ended_on = None if school.partner_id in open_ids else school.ended_on or run.on

    def _save_row(self, session: Session, store: PartnerStore, values: dict[str, Any]) -> None:
        school = session.get(MboInstitution, values["partner_id"])
        if school is None:
            school = MboInstitution(partner_id=values["partner_id"])
            session.add(school)
        for key in ("name", "bekostigd", "recognised_from", "recognised_until", "willingness"):
            setattr(school, key, values[key])
        school.contact = values["contact"] or ""
        school.contact_email = values["contact_email"] or ""
        session.flush()
        place = session.get(MboLocation, values["location_id"])
        if place is None:
            # The file does not say since when a location exists; it counts for every schooljaar that offers allow.
            place = MboLocation(location_id=values["location_id"], opened_on=ALWAYS)
            session.add(place)
        place.partner_id = values["partner_id"]
        place.name = values["location"]
        for key in ("street", "postcode", "place", "lat", "lon", "capacity", "taken"):
            setattr(place, key, values[key])
        place.gemeente_code = values["gemeente"]
        place.ended_on = None
        place.x_m, place.y_m = to_rd(values["lat"], values["lon"])
        session.flush()
        store.replace_offers(values["location_id"], [split_offer(each) for each in values["offers"]])


def _fill_point(values: Mapping[str, Value], session: Session) -> bool:
    """Put the point of the postcode in ``values``: its PC6 when the table has it, else its PC4."""
    postcode = values["postcode"]
    if not isinstance(postcode, str) or not isinstance(values, dict):
        return False
    point = session.get(PostcodePoint, postcode) or session.get(PostcodePoint, postcode[:4])
    if point is None:
        return False
    values["lat"], values["lon"] = point.lat, point.lon
    return True
