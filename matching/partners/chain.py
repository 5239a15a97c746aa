"""The partner chain: which mbo a school asks first, and when the next step opens.

The order is lexicographic: step, then an existing agreement, then travel under a named definition, then name.
Travel never moves a candidate to another step.

Source
------
Kamerbrief hoofdlijnen wetsvoorstel entree in het pro: bekostigd in the region, another bekostigde in the region, a
bekostigde in another region. Step 4: motie 31524 nr. 598 (adopted 13-02-2024), conditions not yet worked out;
Kamerbrief ontwikkelingen en knelpunten in het praktijkonderwijs, 30-08-2024, par. 2.6.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from matching.partners.model import (
    NO_TRIP,
    ChainSchool,
    Institution,
    Location,
    RegionTable,
    TripFact,
    Willingness,
    date_text,
    minutes_text,
)

STEP_TITLES: Mapping[int, str] = {
    1: "De bekostigde mbo in de regio",
    2: "Een andere bekostigde mbo in de regio",
    3: "Een bekostigde mbo in een andere regio",
    4: "Een niet-bekostigde mbo (uitzondering)",
}
STEP_FOUR_BANNER = (
    "Voorwaarden nog niet vastgesteld (stand 30 augustus 2024). Samenwerken met een niet-bekostigde mbo mag volgens "
    "motie 31524 nr. 598, aangenomen op 13 februari 2024, alleen in uitzonderingsgevallen en voor examinering "
    "en diplomering."
)


@dataclass(frozen=True, slots=True)
class ChainPolicy:
    """The settings of the chain, each shown on screen.

    Parameters
    ----------
    definition_id
        Named travel definition that orders candidates within a step.
    step4_enabled
        Off by default: niet-bekostigd is an exception whose conditions are not settled.
    no_response_attempts
        Dated attempts without an answer that together count as "geen reactie".
    """

    definition_id: str = "auto-snelst"
    step4_enabled: bool = False
    no_response_attempts: int = 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """One mbo in the chain of one school, with the reasons for its place."""

    partner_id: str
    name: str
    step: int
    existing: bool
    location_id: str
    location_name: str
    region: str | None
    trip: TripFact
    crebos: tuple[str, ...]
    seats_free: int | None
    reasons: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[int, bool, bool, int, str, str]:
        """The lexicographic key: step, existing agreement, travel (unknown last), name, id."""
        seconds = self.trip.seconds
        return (self.step, not self.existing, seconds is None, seconds or 0, self.name.casefold(), self.partner_id)


@dataclass(frozen=True, slots=True)
class NotInChain:
    """An mbo that is no candidate: machine code and Dutch sentence."""

    partner_id: str
    name: str
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class CandidateList:
    """All candidates of one school in order, and who is not in it and why."""

    school: ChainSchool
    region: str
    region_label: str
    crebos: tuple[str, ...]
    """The crebos asked for; empty when any entree qualification will do."""
    on: date
    data_date: date
    """Date of the partner data: an empty step is a finding of that date."""
    candidates: tuple[Candidate, ...]
    left_out: tuple[NotInChain, ...] = ()
    region_name: str = ""

    def of_step(self, step: int) -> tuple[Candidate, ...]:
        """Return the candidates of one step, in order."""
        return tuple(each for each in self.candidates if each.step == step)

    def find(self, partner_id: str) -> Candidate | None:
        """Return the candidate with this id, or ``None``."""
        return next((each for each in self.candidates if each.partner_id == partner_id), None)


def build_candidates(
    school: ChainSchool,
    institutions: Iterable[Institution],
    table: RegionTable,
    trips: Mapping[str, TripFact],
    *,
    existing: Collection[str],
    on: date,
    data_date: date,
    crebos: Sequence[str] | None = None,
) -> CandidateList | None:
    """Order every mbo for one school by the letter of the chain.

    Step 1 holds the bekostigde partners in the region that the school already works with and, after these, the
    nearest bekostigde in the region; step 2 the other bekostigde in the region; step 3 those of other regions;
    step 4 the niet-bekostigde with a valid diploma recognition.

    Parameters
    ----------
    trips
        Trip from the school per ``location_id``; a missing one counts as unknown and goes last in its step.
    existing
        Partner ids this school has (or had) an agreement with.
    crebos
        Only partners that offer one of these on ``on``; ``None`` for any entree qualification.

    Returns
    -------
    CandidateList or None
        ``None`` when the region table does not know the gemeente of the school (see ``place_in_regions``).
    """
    region = table.region(school.gemeente)
    if region is None:
        return None
    found: list[Candidate] = []
    left_out: list[NotInChain] = []
    for institution in sorted(institutions, key=lambda each: each.partner_id):
        result = _candidate(institution, region, table, trips, existing=existing, on=on, crebos=crebos)
        if isinstance(result, NotInChain):
            left_out.append(result)
        else:
            found.append(result)
    found = _split_region_steps(found)
    ordered = tuple(sorted((replace(c, reasons=_reasons(c, table)) for c in found), key=lambda each: each.order))
    return CandidateList(
        school,
        region,
        table.label,
        tuple(crebos or ()),
        on,
        data_date,
        ordered,
        tuple(left_out),
        table.name(region),
    )


def _candidate(
    institution: Institution,
    region: str,
    table: RegionTable,
    trips: Mapping[str, TripFact],
    *,
    existing: Collection[str],
    on: date,
    crebos: Sequence[str] | None,
) -> Candidate | NotInChain:
    """Build the candidate at its best location, or say why it is none; in the region it gets step 2 for now."""

    def refuse(code: str, sentence: str) -> NotInChain:
        return NotInChain(institution.partner_id, institution.name, code, sentence)

    if not institution.recognised_on(on):
        return refuse("geen_erkenning", f"{institution.name} heeft op {date_text(on)} geen geldige diploma-erkenning.")
    offering = [each for each in institution.locations if each.offers_on(on, crebos)]
    if not offering:
        what = "geen entreeopleiding" if not crebos else f"crebo {' of '.join(crebos)} niet"
        return refuse("geen_aanbod", f"{institution.name} biedt op {date_text(on)} {what} aan.")
    inside = [each for each in offering if table.region(each.gemeente) == region]

    def nearest(location: Location) -> tuple[bool, int, str]:
        seconds = trips.get(location.location_id, NO_TRIP).seconds
        return (seconds is None, seconds or 0, location.location_id)

    location = min(inside or offering, key=nearest)
    step = 4 if not institution.bekostigd else 2 if inside else 3
    return Candidate(
        institution.partner_id,
        institution.name,
        step,
        institution.partner_id in existing,
        location.location_id,
        location.name,
        table.region(location.gemeente),
        trips.get(location.location_id, NO_TRIP),
        location.offers_on(on, crebos),
        location.seats_free,
        ("Deze mbo zei niet bereid te zijn; leg dat vast als uitkomst.",)
        if institution.willingness is Willingness.NO
        else (),
    )


def _split_region_steps(found: list[Candidate]) -> list[Candidate]:
    """Move existing partners in the region, and the nearest one after them, from step 2 to step 1."""
    in_region = sorted((each for each in found if each.step == 2), key=lambda each: each.order)
    first = {each.partner_id for each in in_region if each.existing}
    nearest = next((each.partner_id for each in sorted(in_region, key=lambda c: c.order[2:])), None)
    if nearest is not None:
        first.add(nearest)
    return [replace(each, step=1) if each.partner_id in first else each for each in found]


def _reasons(candidate: Candidate, table: RegionTable) -> tuple[str, ...]:
    """Say in Dutch why the candidate stands in this step and at this place."""
    where = table.name(candidate.region) if candidate.region else "een gemeente zonder regio"
    step = {
        1: f"Bekostigd en in dezelfde {table.label} ({where}).",
        2: f"Ook bekostigd en in dezelfde {table.label} ({where}), maar niet de eerste.",
        3: f"Bekostigd, maar in een andere {table.label} ({where}).",
        4: "Niet bekostigd: alleen in uitzonderingsgevallen.",
    }[candidate.step]
    reasons = [step]
    if candidate.existing:
        reasons.append("De school werkt al samen met deze mbo.")
    elif candidate.step == 1:
        reasons.append("De dichtstbijzijnde bekostigde mbo in de regio.")
    if candidate.trip.seconds is None:
        reasons.append(f"Geen reistijd: {candidate.trip.reason}.")
    else:
        reasons.append(f"{minutes_text(candidate.trip.seconds).capitalize()} reizen naar {candidate.location_name}.")
    if candidate.seats_free == 0:
        reasons.append("Op dit moment vol.")
    elif candidate.seats_free is None:
        reasons.append("Capaciteit niet opgegeven.")
    return (*reasons, *candidate.reasons)


def chain_changes(before: CandidateList | None, after: CandidateList | None) -> tuple[str, ...]:
    """Say what another region table, year or partner file changes in one chain; empty when nothing changes."""
    if before is None or after is None:
        if before is after:
            return ()
        gained = after is not None
        return ("De school krijgt een regio." if gained else "De school valt buiten de regiotabel.",)
    sentences: list[str] = []
    if before.region != after.region:
        sentences.append(f"Regio: {before.region_name} wordt {after.region_name}.")
    old = {each.partner_id: each for each in before.candidates}
    new = {each.partner_id: each for each in after.candidates}
    for partner_id in sorted(old.keys() | new.keys()):
        was, now = old.get(partner_id), new.get(partner_id)
        if was is None and now is not None:
            sentences.append(f"{now.name} komt erbij in stap {now.step}.")
        elif now is None and was is not None:
            sentences.append(f"{was.name} valt weg (was stap {was.step}).")
        elif was is not None and now is not None and was.step != now.step:
            sentences.append(f"{now.name} gaat van stap {was.step} naar stap {now.step}.")
    return tuple(sentences)
