"""The conditions of routes A, B and C: what must be in order before a placement is confirmed, and who sees to it.

Source
------
Kamerbrief hoofdlijnen wetsvoorstel entree in het pro: the three routes, the joint instroomadvies, registration as
examendeelnemer; pro is responsible for the pupil during education, mbo for examination and diploma. Admission to
entree on the mbo asks that the pupil is no longer leerplichtig (art. 8.1.1b WEB, as cited there in voetnoot 4).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from matching.partners.agreement import Agreement, ElementList, standing
from matching.partners.errors import RouteConditionError
from matching.partners.model import date_text

PRO = "de pro-school"
MBO = "de mbo-instelling"
BOTH = "de pro-school en de mbo-instelling samen"


@dataclass(frozen=True, slots=True)
class Admission:
    """What is known about one pupil on an entree route.

    Parameters
    ----------
    not_compulsory_from
        "Niet leerplichtig vanaf": the outcome as a date, never a birth date.
    advice_pro_on, advice_mbo_on
        Days on which pro and mbo signed the joint instroomadvies.
    registered_on
        Day of registration as examendeelnemer at the mbo; the pupil stays enrolled at pro.
    """

    pupil_id: str
    brin: str
    route: str
    crebo: str
    not_compulsory_from: date | None = None
    agreement_id: str | None = None
    advice_pro_on: date | None = None
    advice_mbo_on: date | None = None
    registered_on: date | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: met or not, in a sentence, and who is responsible."""

    code: str
    met: bool
    sentence: str
    responsible: str


def route_conditions(
    admission: Admission, agreements: Sequence[Agreement], elements: ElementList, *, start: date
) -> tuple[Condition, ...]:
    """Check every condition of the route of one pupil on the first day of the placement.

    Parameters
    ----------
    agreements
        All agreements of the school; the valid one for the crebo is looked up.
    start
        First day of the entree placement.

    Raises
    ------
    RouteConditionError
        The route is not A, B or C.
    """
    if admission.route == "A":
        return (_not_compulsory(admission, start),)
    if admission.route not in {"B", "C"}:
        raise RouteConditionError(f"Route {admission.route!r} bestaat niet; kies A, B of C.")
    return (
        _valid_agreement(admission, agreements, elements, start),
        _advice(admission, start, by_pro=True),
        _advice(admission, start, by_pro=False),
        _registered(admission, start),
    )


def _not_compulsory(admission: Admission, start: date) -> Condition:
    day = admission.not_compulsory_from
    if day is None:
        sentence = "Vul in vanaf welke datum de leerling niet meer volledig leerplichtig is."
    elif day > start:
        sentence = (
            f"De leerling is pas vanaf {date_text(day)} niet meer volledig leerplichtig; "
            f"route A kan niet op {date_text(start)}."
        )
    else:
        return Condition("leerplicht", True, f"Niet meer volledig leerplichtig sinds {date_text(day)}.", PRO)
    return Condition("leerplicht", False, sentence, PRO)


def _valid_agreement(
    admission: Admission, agreements: Sequence[Agreement], elements: ElementList, start: date
) -> Condition:
    own = sorted(
        (a for a in agreements if admission.brin in a.schools and admission.crebo in a.crebos),
        key=lambda each: (each.agreement_id != admission.agreement_id, each.agreement_id),
    )
    if not own:
        sentence = f"Er is geen overeenkomst met een mbo voor crebo {admission.crebo}."
        return Condition("overeenkomst", False, sentence, BOTH)
    same_version = [a for a in own if a.elements_version == elements.version]
    standings = [(a, standing(a, elements, admission.brin, start)) for a in same_version]
    for agreement, each in standings:
        if each.geldig:
            until = date_text(agreement.last_day)
            return Condition(
                "overeenkomst", True, f"Geldige overeenkomst met {agreement.partner_name} tot en met {until}.", BOTH
            )
    if not standings:
        sentence = f"De overeenkomst is gemaakt onder een andere lijst met onderdelen dan {elements.version}."
        return Condition("overeenkomst", False, sentence, BOTH)
    agreement, best = standings[0]
    why = " ".join(best.missing)
    sentence = (
        f"De overeenkomst met {agreement.partner_name} is op {date_text(start)} niet geldig ({best.status}). {why}"
    )
    return Condition("overeenkomst", False, sentence, BOTH)


def _advice(admission: Admission, start: date, *, by_pro: bool) -> Condition:
    day = admission.advice_pro_on if by_pro else admission.advice_mbo_on
    who = PRO if by_pro else MBO
    code = "advies_pro" if by_pro else "advies_mbo"
    name = who[3:]
    if day is None:
        return Condition(code, False, f"Het gezamenlijk instroomadvies is nog niet getekend door de {name}.", who)
    if day > start:
        sentence = f"De {name} tekende het instroomadvies op {date_text(day)}, na de start op {date_text(start)}."
        return Condition(code, False, sentence, who)
    return Condition(code, True, f"De {name} tekende het instroomadvies op {date_text(day)}.", who)


def _registered(admission: Admission, start: date) -> Condition:
    day = admission.registered_on
    if day is None:
        sentence = "De leerling is nog niet als examendeelnemer ingeschreven bij de mbo-instelling."
        return Condition("examendeelnemer", False, sentence, MBO)
    if day > start:
        sentence = f"De inschrijving als examendeelnemer is van {date_text(day)}, na de start op {date_text(start)}."
        return Condition("examendeelnemer", False, sentence, MBO)
    return Condition("examendeelnemer", True, f"Ingeschreven als examendeelnemer op {date_text(day)}.", MBO)


def require_route_conditions(conditions: Sequence[Condition]) -> None:
    """Refuse the confirmation of a placement while a condition is open.

    Raises
    ------
    RouteConditionError
        One sentence per open condition, each with who is responsible.
    """
    lacking = [each for each in conditions if not each.met]
    if lacking:
        sentences = " ".join(f"{each.sentence} Aan zet: {each.responsible}." for each in lacking)
        raise RouteConditionError(f"Deze plaatsing kan nog niet worden bevestigd. {sentences}")
