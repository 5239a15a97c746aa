"""The partners of Merenveld: read in; then chains, agreements and the landkaart through the use cases of people."""

from __future__ import annotations

from datetime import date, timedelta

from data.demo.partners import COLLABORATIONS, RIJNLAND, DemoCollaboration, write_partners
from matching.partners.landkaart import Collaboration, Rung, RungChange
from usecases.demo.loading import BY, Loading
from usecases.partners import Partners

OWN_SCHOOL = "99AA"
OLD_PARTNER, NEAREST_PARTNER = "99MB", "99MA"
_TEXT = "Zo is het afgesproken in het overleg van pro en mbo; zie het verslag bij de overeenkomst."


def load_partners(loading: Loading) -> None:
    """Read the partners in, and give every school in the north but one a geldige agreement."""
    path = write_partners(loading.folder, loading.region)
    loading.files["partners"] = path
    loading.read_in("partners", path)
    partners = loading.services.partners
    today = loading.services.today()
    start = date(today.year if today.month >= 8 else today.year - 1, 8, 1)
    agreed = _agree(partners, start, today)
    _own_school(partners, start, today)
    _search_in_the_south(partners, today)
    loading.say(f"overeenkomsten: {agreed} scholen met een geldige overeenkomst")
    records = [_record(each, loading, today) for each in COLLABORATIONS]
    ladder = (RungChange(Rung.AGREEMENT, date(2024, 6, 30)),)
    records.append(_collaboration(RIJNLAND, ladder, None, None))
    for record in records:
        partners.landkaart.add_seed(record)
    loading.say(f"landkaart: {len(records)} samenwerkingen")


def _agree(partners: Partners, start: date, today: date) -> int:
    """Let every other school in the north agree with the first mbo of its chain, several schools in one agreement."""
    joined: dict[str, set[str]] = {}
    chains, _ = partners.coverage.chains(today)
    for code, candidates in sorted(chains.items()):
        if code[:4] == OWN_SCHOOL or candidates.region != "merenveld-noord":
            continue
        first = candidates.of_step(1)[0]
        talk = start - timedelta(days=120)
        partners.chain.log(code, first.partner_id, "gesprek", on=talk, by=BY, note="Kennismaking en plan.")
        partners.chain.log(
            code, first.partner_id, "overeenkomst", on=start - timedelta(days=30), by=BY, note="Beide besturen akkoord."
        )
        joined.setdefault(first.partner_id, set()).add(code[:4])
    for partner_id, schools in sorted(joined.items()):
        crebos = ["25258"] if partner_id == OLD_PARTNER else ["25252", "25254", "25257"]
        _sign(partners, partner_id, sorted(schools), crebos, start)
    return sum(len(schools) for schools in joined.values())


def _sign(partners: Partners, partner_id: str, schools: list[str], crebos: list[str], start: date) -> None:
    agreements = partners.agreements
    number = agreements.make(partner_id, schools, crebos, start, date(start.year + 1, 7, 31), by=BY)
    agreements.fill(number, {each.code: _TEXT for each in agreements.elements(start).elements}, by=BY)
    for brin in schools:
        agreements.sign(number, brin=brin, on=start - timedelta(days=21), by=BY)
    agreements.sign(number, brin=None, on=start - timedelta(days=14), by=BY)


def _own_school(partners: Partners, start: date, today: date) -> None:
    """De Merel: an agreement that ran out last summer, and two talks that have not come to anything yet."""
    last = date(start.year - 1, 8, 1)
    code = f"{OWN_SCHOOL}00"
    log = partners.chain.log
    log(
        code,
        NEAREST_PARTNER,
        "afgewezen",
        on=last - timedelta(days=120),
        by=BY,
        note="Geen docent voor een groep.",
        reason_code="te_weinig_leerlingen",
    )
    log(code, OLD_PARTNER, "overeenkomst", on=last - timedelta(days=60), by=BY, note="Eén jaar, als proef.")
    _sign(partners, OLD_PARTNER, [OWN_SCHOOL], ["25258"], last)
    talk = max(start + timedelta(days=30), today - timedelta(days=40))
    log(code, OLD_PARTNER, "gesprek", on=min(talk, today), by=BY, note="Overleg over verlenging.")
    log(code, NEAREST_PARTNER, "gesprek", on=min(talk, today), by=BY, note="Nieuw gesprek, er is weer ruimte.")


def _search_in_the_south(partners: Partners, today: date) -> None:
    """Two schools in the south that are still looking: one refused, one without an answer."""
    chains, _ = partners.coverage.chains(today)
    looking = sorted(code for code, each in chains.items() if each.region == "merenveld-zuid")[:2]
    for number, code in enumerate(looking):
        first = chains[code].of_step(1)
        if not first:
            continue
        outcome = "afgewezen" if number == 0 else "geen-reactie"
        partners.chain.log(
            code,
            first[0].partner_id,
            outcome,
            on=today - timedelta(days=50),
            by=BY,
            note="Geen ruimte dit schooljaar." if number == 0 else "Mail gestuurd.",
            reason_code="geen_capaciteit" if number == 0 else "",
        )


def _record(each: DemoCollaboration, loading: Loading, today: date) -> Collaboration:
    at = loading.region.in_place(each.settlement)[0]
    ladder = tuple(RungChange(Rung(rung), date(today.year - ago, 3, 1)) for rung, ago in each.ladder)
    return _collaboration(each, ladder, at.lat, at.lon)


def _collaboration(
    each: DemoCollaboration, ladder: tuple[RungChange, ...], lat: float | None, lon: float | None
) -> Collaboration:
    return Collaboration(
        "",
        each.title,
        each.region,
        each.sectors,
        each.routes,
        each.schools,
        each.partner,
        each.description,
        ladder,
        each.source,
        lat,
        lon,
    )
