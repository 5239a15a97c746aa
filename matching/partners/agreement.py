"""Agreements between one mbo and one or many pro schools: complete, signed and in their period, or not geldig.

Source
------
Kamerbrief hoofdlijnen wetsvoorstel entree in het pro, basisprincipes and voetnoot 8 (art. 10b9 WVO): the ten elements.
"""

import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from matching.partners.errors import AgreementDataError, AgreementOverlapError
from matching.partners.model import Period, date_text

WARNING_DAYS = (180, 90, 30)


@dataclass(frozen=True, slots=True)
class Element:
    """One subject the agreement must settle, with where that is written."""

    code: str
    title: str
    asks: str
    source: str


@dataclass(frozen=True, slots=True)
class ElementList:
    """A dated version of what an agreement must contain."""

    version: str
    valid_from: date
    status: str
    note: str
    elements: tuple[Element, ...]


def parse_elements(text: str) -> ElementList:
    """Read a version of the element list from TOML text.

    Raises
    ------
    AgreementDataError
        A key is missing or a code occurs twice.
    """
    raw = tomllib.loads(text)
    try:
        elements = tuple(
            Element(str(e["code"]), str(e["title"]), str(e["asks"]), str(e["source"])) for e in raw["elements"]
        )
        found = ElementList(str(raw["version"]), raw["valid_from"], str(raw["status"]), str(raw["note"]), elements)
    except KeyError as error:
        raise AgreementDataError(f"De lijst met onderdelen mist {error}.") from error
    codes = [each.code for each in elements]
    if len(set(codes)) != len(codes):
        raise AgreementDataError("De lijst met onderdelen noemt een code twee keer.")
    return found


@dataclass(frozen=True, slots=True)
class Agreement:
    """A samenwerkingsovereenkomst.

    Parameters
    ----------
    schools
        BRIN codes; many schools may join one mbo.
    crebos
        Entree qualifications it covers.
    element_texts
        What was agreed per element code; blank counts as missing.
    signed_by_school
        Day of signature per BRIN; a school without a day did not sign.
    """

    agreement_id: str
    partner_id: str
    partner_name: str
    schools: tuple[str, ...]
    crebos: tuple[str, ...]
    period: Period
    elements_version: str
    element_texts: Mapping[str, str] = field(default_factory=dict)
    signed_by_school: Mapping[str, date] = field(default_factory=dict)
    signed_by_mbo: date | None = None
    ended_on: date | None = None

    def __post_init__(self) -> None:
        if not self.schools:
            raise AgreementDataError("Een overeenkomst heeft ten minste één school nodig.")
        if not self.crebos:
            raise AgreementDataError("Een overeenkomst heeft ten minste één crebo nodig.")
        if self.period.end is None:
            raise AgreementDataError("Een overeenkomst heeft een einddatum nodig.")

    @property
    def last_day(self) -> date:
        """Last day on which it can be geldig."""
        end = self.period.end or self.period.start
        return end if self.ended_on is None else min(end, self.ended_on)


class AgreementStatus(StrEnum):
    """Where an agreement stands for one school."""

    DRAFT = "concept"
    UNSIGNED = "compleet, nog niet getekend"
    FUTURE = "getekend, nog niet ingegaan"
    VALID = "geldig"
    EXPIRED = "verlopen"


@dataclass(frozen=True, slots=True)
class Standing:
    """Status of an agreement for one school on a day, with what is missing and who must act."""

    status: AgreementStatus
    filled: int
    of: int
    missing: tuple[str, ...]

    @property
    def geldig(self) -> bool:
        """Only a complete agreement, signed by both, in its period."""
        return self.status is AgreementStatus.VALID


def missing_elements(agreement: Agreement, elements: ElementList) -> tuple[Element, ...]:
    """Return the elements that were not filled in."""
    return tuple(each for each in elements.elements if not agreement.element_texts.get(each.code, "").strip())


def standing(agreement: Agreement, elements: ElementList, brin: str, on: date) -> Standing:
    """Tell whether an agreement is geldig for one school on a day, and if not, what is missing.

    Raises
    ------
    AgreementDataError
        The element list is of another version than the agreement was made under, or the school has no part in it.
    """
    if elements.version != agreement.elements_version:
        raise AgreementDataError(
            f"Overeenkomst {agreement.agreement_id} is gemaakt onder {agreement.elements_version}, "
            f"niet {elements.version}."
        )
    if brin not in agreement.schools:
        raise AgreementDataError(f"School {brin} doet niet mee aan overeenkomst {agreement.agreement_id}.")
    lacking = missing_elements(agreement, elements)
    missing = [f"Nog invullen: {each.title} (pro en mbo samen)." for each in lacking]
    school_day = agreement.signed_by_school.get(brin)
    if school_day is None or school_day > on:
        missing.append("De pro-school heeft nog niet getekend.")
    if agreement.signed_by_mbo is None or agreement.signed_by_mbo > on:
        missing.append(f"{agreement.partner_name} heeft nog niet getekend.")
    if on > agreement.last_day:
        status = AgreementStatus.EXPIRED
        missing.append(f"De overeenkomst liep tot en met {date_text(agreement.last_day)}.")
    elif lacking:
        status = AgreementStatus.DRAFT
    elif missing:
        status = AgreementStatus.UNSIGNED
    elif on < agreement.period.start:
        status = AgreementStatus.FUTURE
        missing.append(f"De overeenkomst begint op {date_text(agreement.period.start)}.")
    else:
        status = AgreementStatus.VALID
    total = len(elements.elements)
    return Standing(status, total - len(lacking), total, tuple(missing))


def check_overlap(existing: Iterable[Agreement], new: Agreement) -> None:
    """Refuse a second agreement of a school for the same crebo on the same day.

    Raises
    ------
    AgreementOverlapError
        Names the other agreement, the school, the crebo and its period.
    """
    window = Period(new.period.start, max(new.period.start, new.last_day))
    for other in sorted(existing, key=lambda each: each.agreement_id):
        if other.agreement_id == new.agreement_id or other.last_day < other.period.start:
            continue
        schools = sorted(set(other.schools) & set(new.schools))
        crebos = sorted(set(other.crebos) & set(new.crebos))
        if schools and crebos and window.overlaps(Period(other.period.start, other.last_day)):
            raise AgreementOverlapError(
                f"School {schools[0]} heeft voor crebo {crebos[0]} al een overeenkomst met {other.partner_name} "
                f"({Period(other.period.start, other.last_day).text()}). Kies een andere periode of beëindig die eerst."
            )


@dataclass(frozen=True, slots=True)
class PupilOnRoute:
    """The little that is needed to know who is exposed; without an agreement of its own, school and crebo decide."""

    pupil_id: str
    brin: str
    route: str
    crebo: str
    agreement_id: str | None
    until: date | None = None


def exposed_pupils(agreement: Agreement, pupils: Iterable[PupilOnRoute]) -> tuple[PupilOnRoute, ...]:
    """Return the pupils on route B or C who lose their ground when this agreement lapses."""
    return tuple(
        sorted(
            (
                p
                for p in pupils
                if p.agreement_id in {None, agreement.agreement_id}
                and p.brin in agreement.schools
                and p.crebo in agreement.crebos
                and p.route in {"B", "C"}
                and (p.until is None or p.until > agreement.last_day)
            ),
            key=lambda each: each.pupil_id,
        )
    )


@dataclass(frozen=True, slots=True)
class ExpiryWarning:
    """An agreement that ends soon, and how many pupils that touches."""

    agreement: Agreement
    days_left: int
    exposed: tuple[PupilOnRoute, ...]

    @property
    def sentence(self) -> str:
        """Write the warning for the home page."""
        count = len(self.exposed)
        pupils = "1 leerling" if count == 1 else f"{count} leerlingen"
        until = date_text(self.agreement.last_day)
        return f"Overeenkomst met {self.agreement.partner_name} loopt af op {until} · {pupils}"


def expiry_warnings(
    agreements: Iterable[Agreement],
    pupils: Sequence[PupilOnRoute],
    on: date,
    *,
    within_days: int = max(WARNING_DAYS),
    renewed: Collection[str] = (),
) -> tuple[ExpiryWarning, ...]:
    """List the agreements that end within ``within_days``, soonest first; ``renewed`` ids have a successor."""
    found = [
        ExpiryWarning(each, (each.last_day - on).days, exposed_pupils(each, pupils))
        for each in agreements
        if each.agreement_id not in renewed and 0 <= (each.last_day - on).days <= within_days
    ]
    return tuple(sorted(found, key=lambda each: (each.days_left, each.agreement.agreement_id)))
