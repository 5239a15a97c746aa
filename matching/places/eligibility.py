"""The hard rules: why a place is possible for a pupil, or the reason why not.

Every rule has one machine code (``Rule``) and one Dutch sentence. The rules are
tried in a fixed order and the first that fails names the rejection; the others
that fail are kept beside it, so that "versoepel één regel" can tell which
places would appear by relaxing exactly that rule.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from matching.places.law.at_place import judge_work, to_question
from matching.places.law.facts import PlaceWork
from matching.places.law.judge import Lawful, Unlawful
from matching.places.law.judge import Verdict as LawVerdict
from matching.places.law.rulebook import Rulebook
from matching.places.model import CreboClass, InternshipPlace, MatchPolicy, Mode, Pupil, Weekday, to_day_text

NO_SEATS: Mapping[Weekday, int] = {}


class Rule(Enum):
    """A hard rule; the value is the code in files and answers."""

    CONSENT = "geen_toestemming"
    WITHDRAWN = "plek_ingetrokken"
    SELF_FOUND = "zelf_gevonden_door_ander"
    SECTOR = "andere_sector"
    PERIOD = "andere_periode"
    DAYS = "verkeerde_dagen"
    MIN_DAYS = "te_weinig_dagen"
    SUPERVISION = "geen_begeleiding"
    WHEELCHAIR = "niet_toegankelijk"
    SIXTEEN = "zestien_plus"
    LAW = "wet"
    FACTS = "eerst_invullen"
    CONFLICT = "belangenconflict"
    REFUSED = "eerder_geweigerd"
    RECOGNITION = "geen_erkenning"
    FULL = "vol"
    TRAVEL = "te_ver"
    NO_ROUTE = "geen_route"

    @property
    def label(self) -> str:
        """A few Dutch words for counts: "12 op verkeerde dagen"."""
        return _LABELS[self]

    @property
    def may_be_relaxed(self) -> bool:
        """Whether a coordinator may look past this rule; consent, somebody else's place, age and the law never."""
        return self not in _FIXED


_FIXED = frozenset({Rule.CONSENT, Rule.WITHDRAWN, Rule.SELF_FOUND, Rule.SIXTEEN, Rule.LAW, Rule.FACTS, Rule.NO_ROUTE})

_LABELS = {
    Rule.CONSENT: "niet gedeeld",
    Rule.WITHDRAWN: "ingetrokken",
    Rule.SELF_FOUND: "van een andere leerling",
    Rule.CONFLICT: "belangenconflict",
    Rule.REFUSED: "eerder geweigerd",
    Rule.SECTOR: "andere sector",
    Rule.PERIOD: "andere periode",
    Rule.DAYS: "verkeerde dagen",
    Rule.MIN_DAYS: "te weinig dagen",
    Rule.FULL: "vol",
    Rule.RECOGNITION: "niet erkend voor de opleiding",
    Rule.SUPERVISION: "zonder begeleiding op maat",
    Rule.WHEELCHAIR: "niet rolstoeltoegankelijk",
    Rule.SIXTEEN: "alleen voor 16 jaar en ouder",
    Rule.LAW: "mag niet van de wet",
    Rule.FACTS: "eerst invullen",
    Rule.TRAVEL: "te ver",
    Rule.NO_ROUTE: "zonder route",
}


@dataclass(frozen=True, slots=True)
class Leg:
    """A single trip in one mode: whole minutes (rounded up), metres, and on which network."""

    mode: Mode
    minutes: int
    seconds: int
    metres: int
    definition_id: str
    network_digest: str
    estimate: bool = False

    @property
    def text(self) -> str:
        """``14 minuten fietsen``."""
        return f"{self.minutes} {'minuut' if self.minutes == 1 else 'minuten'} {self.mode.verb}"


@dataclass(frozen=True, slots=True)
class Eligible:
    """The place is possible; ``seats_left`` is the smallest number left on the pupil's days, before this pupil."""

    seats_left: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """The place is not possible: one code and one Dutch sentence, and which other rules fail as well.

    ``law`` is the verdict of the law on minors with every article and value, or which facts are missing.
    """

    code: Rule
    sentence: str
    also: tuple[Rule, ...] = ()
    law: LawVerdict | None = None

    @property
    def codes(self) -> frozenset[Rule]:
        """Every rule that would have to be relaxed for the place to appear."""
        return frozenset({self.code, *self.also})


Verdict = Eligible | Rejected


def _consent(pupil: Pupil, place: InternshipPlace) -> str | None:
    if place.owner == pupil.school or (place.shared and place.company.shares):
        return None
    return f"{place.company.name} heeft geen toestemming gegeven om deze plek met andere scholen te delen."


def find_wanted_crebos(pupil: Pupil, classes: tuple[CreboClass, ...]) -> frozenset[str] | None:
    """Any of these a company must be recognised for during the whole stage; ``None``: recognition does not matter."""
    if pupil.route is None or not pupil.route.needs_recognition or pupil.crebo is None:
        return None
    return CreboClass.equivalents(pupil.crebo, pupil.period.first, classes)


def _recognition(pupil: Pupil, place: InternshipPlace, classes: tuple[CreboClass, ...]) -> str | None:
    wanted = find_wanted_crebos(pupil, classes)
    if wanted is None or pupil.route is None:
        return None
    about = [recognition for recognition in place.company.recognitions if recognition.crebo in wanted]
    if any(recognition.holds_during(pupil.period) for recognition in about):
        return None
    if place.company.leerbedrijf_id is None or not about:
        return (
            f"{place.company.name} is niet erkend voor crebo {pupil.crebo}; route {pupil.route.value} vraagt dat wel."
        )
    last = max((recognition.last for recognition in about if recognition.last is not None), default=None)
    until = f" (tot en met {last:%d-%m-%Y})" if last is not None else ""
    return f"De erkenning van {place.company.name} voor crebo {pupil.crebo} dekt niet de hele stage{until}."


def _days(pupil: Pupil, place: InternshipPlace) -> str | None:
    missing = frozenset(day for day in pupil.days if place.seats.get(day, 0) == 0)
    if not missing:
        return None
    offered = frozenset(day for day, count in place.seats.items() if count)
    return f"Geen plek op {to_day_text(missing)}; deze plek is er op {to_day_text(offered) or 'geen enkele dag'}."


def find_full_days(pupil: Pupil, place: InternshipPlace, taken: Mapping[Weekday, int]) -> frozenset[Weekday]:
    """The pupil's days on which there are seats, and all of them are taken."""
    return frozenset(day for day in pupil.days if 0 < place.seats.get(day, 0) <= taken.get(day, 0))


def _full(pupil: Pupil, place: InternshipPlace, taken: Mapping[Weekday, int]) -> str | None:
    full = find_full_days(pupil, place, taken)
    return f"Alle plekken zijn bezet op {to_day_text(full)}." if full else None


def _of_the_place(pupil: Pupil, place: InternshipPlace) -> Iterator[tuple[Rule, str]]:
    """The rules that need nothing but the place itself; ``data.places.index`` knows the same ones as sets."""
    sentence = _consent(pupil, place)
    if sentence:
        yield Rule.CONSENT, sentence
    if place.withdrawn:
        yield Rule.WITHDRAWN, "Het bedrijf heeft deze plek ingetrokken."
    if place.found_by is not None and place.found_by != pupil.id:
        yield Rule.SELF_FOUND, "Een andere leerling heeft deze plek zelf gevonden."
    if place.sector not in pupil.sectors:
        wanted = ", ".join(pupil.sectors) or "geen sector"
        yield Rule.SECTOR, f"De sector is {place.sector}; gevraagd is {wanted}."
    if not place.period.covers(pupil.period):
        there, wanted = place.period, pupil.period.text
        yield Rule.PERIOD, f"De plek is er van {there.text}; de stage loopt van {wanted}."
    sentence = _days(pupil, place)
    if sentence:
        yield Rule.DAYS, sentence
    if len(pupil.days) < place.min_days:
        yield (
            Rule.MIN_DAYS,
            f"Het bedrijf vraagt minstens {place.min_days} dagen per week; de leerling komt er {len(pupil.days)}.",
        )
    if pupil.supervision and not place.supervision:
        yield Rule.SUPERVISION, "De leerling heeft begeleiding op maat nodig en die is hier niet."
    if pupil.wheelchair and not place.wheelchair:
        yield Rule.WHEELCHAIR, "De plek is niet rolstoeltoegankelijk."
    if place.sixteen and not pupil.sixteen:
        yield Rule.SIXTEEN, "De leerling moet hier 16 jaar of ouder zijn."


NO_WORK = PlaceWork()
"""The work of a place of which nothing is filled in."""


def judge_place(pupil: Pupil, place: InternshipPlace, book: Rulebook) -> LawVerdict:
    """What the law says of this pupil at this place, before the agreement is signed."""
    return judge_work(to_question(pupil, pupil.days, pupil.period, book), place.work or NO_WORK)


def find_law_failure(verdict: LawVerdict) -> tuple[Rule, str] | None:
    """The rule that fails, with the articles or the missing facts; the values are in the verdict."""
    if isinstance(verdict, Lawful):
        return None
    if isinstance(verdict, Unlawful):
        return Rule.LAW, f"Dit mag niet van de wet: {', '.join(verdict.citations)}."
    return Rule.FACTS, f"Eerst invullen: {', '.join(verdict.missing)}."


UNRELAXED = frozenset({Rule.SIXTEEN, Rule.LAW, Rule.FACTS})
"""Age and the law: whatever a caller asks, these are looked at."""

STATIC_RULES = (
    Rule.CONSENT,
    Rule.WITHDRAWN,
    Rule.SELF_FOUND,
    Rule.SECTOR,
    Rule.PERIOD,
    Rule.DAYS,
    Rule.MIN_DAYS,
    Rule.SUPERVISION,
    Rule.WHEELCHAIR,
    Rule.SIXTEEN,
    Rule.LAW,
    Rule.FACTS,
)
"""The rules of ``_of_the_place`` and the law, in their order; ``_of_the_moment`` follows, and travel comes last."""


def _of_the_moment(
    pupil: Pupil, place: InternshipPlace, taken: Mapping[Weekday, int], classes: tuple[CreboClass, ...]
) -> Iterator[tuple[Rule, str]]:
    """The rules that need more than the place: this pupil and this company, and who holds seats."""
    if place.company.id in pupil.conflicts:
        yield Rule.CONFLICT, f"Bij {place.company.name} is een belangenconflict vastgelegd voor deze leerling."
    if place.company.id in pupil.refusals:
        yield Rule.REFUSED, f"{place.company.name} heeft deze leerling eerder geweigerd."
    sentence = _recognition(pupil, place, classes)
    if sentence:
        yield Rule.RECOGNITION, sentence
    sentence = _full(pupil, place, taken)
    if sentence:
        yield Rule.FULL, sentence


def find_failures(
    pupil: Pupil,
    place: InternshipPlace,
    *,
    law: LawVerdict,
    taken: Mapping[Weekday, int] = NO_SEATS,
    classes: tuple[CreboClass, ...] = (),
) -> list[tuple[Rule, str]]:
    """Every rule that fails before travel is looked at, in the fixed order, each with its sentence."""
    lawful = find_law_failure(law)
    return [
        *_of_the_place(pupil, place),
        *([lawful] if lawful else []),
        *_of_the_moment(pupil, place, taken, classes),
    ]


def count_seats_left(pupil: Pupil, place: InternshipPlace, taken: Mapping[Weekday, int] = NO_SEATS) -> int:
    """The smallest number of seats left on the pupil's days, before this pupil."""
    seats = place.seats
    return min([seats.get(day, 0) - taken.get(day, 0) for day in pupil.days])


def find_travel_failure(
    pupil: Pupil, policy: MatchPolicy, leg: Leg | None, no_route: str | None
) -> tuple[Rule, str] | None:
    """The travel rule that fails, or ``None``; ``no_route`` is the reason the network gave."""
    limit = policy.limit_minutes(pupil)
    if leg is None:
        if no_route is None:
            return Rule.TRAVEL, f"De reis is langer dan {limit} minuten."
        return Rule.NO_ROUTE, f"Er is geen route: {no_route}."
    if leg.seconds > limit * 60:
        return Rule.TRAVEL, f"De reis is {leg.text}; hooguit {limit} minuten mag."
    return None


def check_place(
    pupil: Pupil,
    place: InternshipPlace,
    *,
    policy: MatchPolicy,
    book: Rulebook,
    leg: Leg | None,
    no_route: str | None = None,
    taken: Mapping[Weekday, int] = NO_SEATS,
    classes: tuple[CreboClass, ...] = (),
    relaxed: frozenset[Rule] = frozenset(),
) -> Verdict:
    """Whether this pupil may go to this place, by every hard rule that is not ``relaxed``.

    Parameters
    ----------
    book
        The law on minors at work; what it forbids or cannot judge is never relaxed.
    leg
        The best trip in one of the pupil's modes; ``None`` when there is none
        within the limit, with ``no_route`` as the reason if the network knows one.
    taken
        Seats the register holds per weekday, the largest number on any day of
        the pupil's period.
    relaxed
        Rules that are not looked at.
    """
    law = judge_place(pupil, place, book)
    failures = find_failures(pupil, place, law=law, taken=taken, classes=classes)
    travel = find_travel_failure(pupil, policy, leg, no_route)
    if travel is not None:
        failures.append(travel)
    failures = [failure for failure in failures if failure[0] not in relaxed - UNRELAXED]
    if failures:
        (code, sentence), *others = failures
        return Rejected(code, sentence, tuple(rule for rule, _ in others), None if isinstance(law, Lawful) else law)
    return Eligible(count_seats_left(pupil, place, taken))


def sort_counts(counts: Mapping[Rule, int]) -> dict[Rule, int]:
    """Places per rule, the most expensive rule first and equal ones in the order of the rules."""
    order = list(Rule)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], order.index(item[0]))))


def count_cost_per_rule(rejections: Iterable[Rejected]) -> dict[Rule, int]:
    """How many places appear when exactly one rule is relaxed, the most expensive rule first."""
    return sort_counts(Counter(rejected.code for rejected in rejections if not rejected.also))


def count_first_reasons(rejections: Iterable[Rejected]) -> dict[Rule, int]:
    """How many places each rule names first: the line "Niet getoond" under the list."""
    return sort_counts(Counter(rejected.code for rejected in rejections))
