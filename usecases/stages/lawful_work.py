"""What people fill in for the law on minors: hours and tasks of a place, age of a pupil, a signature."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from data.importers.fields import ExpectedError
from data.importers.stage_columns import age_group, month
from data.law_files import load_rulebook
from data.law_store import JudgedPlacement, LawStore, PupilFacts
from matching.errors import InvalidValueError
from matching.places.law.facts import NO_TASKS, AgeGroup, PlaceWork, Stretch, Tasks, read_tasks, read_week, to_week_text
from matching.places.model import Weekday

if TYPE_CHECKING:
    from usecases.stages import Stores

NOTHING = "Er is niets veranderd."


def read_work(form: Mapping[str, str], tasks: Sequence[str]) -> PlaceWork:
    """Hours and tasks of a place from a form.

    Parameters
    ----------
    form
        ``tijd_ma`` … ``tijd_zo`` as ``09:00-15:30/30``, ``tillen`` and ``kracht`` in kilograms, ``taken_bekend``,
        ``toezicht``, ``zondag`` and ``intern`` as ``ja``.
    tasks
        The kinds of task that are ticked.

    Raises
    ------
    InvalidValueError
        A field cannot be read; with the day or the name of the field.
    """
    hours = _read_days(form, pauses=True)
    weights = [f"{name}:{form[name].strip()}" for name in ("tillen", "kracht") if form.get(name, "").strip()]
    found: Tasks | None = None
    if form.get("taken_bekend") == "ja" or tasks or weights:
        try:
            found = read_tasks("|".join([*tasks, *weights]) or NO_TASKS, load_rulebook().tasks)
        except InvalidValueError as error:
            raise _not_read("Taken", ", ".join([*tasks, *weights]), error) from None
    overseen = {"ja": True, "nee": False}.get(form.get("toezicht", ""))
    return PlaceWork(
        tuple(hours.items()) or None, found, overseen, form.get("zondag") == "ja", form.get("intern") == "ja"
    )


def _read_days(form: Mapping[str, str], *, pauses: bool) -> dict[Weekday, Stretch]:
    found: dict[Weekday, Stretch] = {}
    for day in Weekday:
        text = form.get(f"tijd_{day.short}", "").strip()
        if not text:
            continue
        try:
            found |= read_week(f"{day.short} {text}", pauses=pauses)
        except InvalidValueError as error:
            raise _not_read(day.label.capitalize(), text, error) from None
    return found


def read_pupil_facts(form: Mapping[str, str]) -> PupilFacts:
    """Age group, month of change and school hours from a form.

    Raises
    ------
    InvalidValueError
        A field cannot be read.
    """
    group, changes = form.get("leeftijdsgroep", "").strip(), form.get("leeftijd_verandert", "").strip()
    try:
        found = AgeGroup(age_group(group)) if group else None
    except ExpectedError as error:
        raise _not_read("Leeftijd bij de start", group, error) from None
    try:
        change = month(changes) if changes else None
    except ExpectedError as error:
        raise _not_read("Maand waarin de leeftijdsgroep verandert", changes, error) from None
    hours = _read_days(form, pauses=False)
    known = bool(hours) or form.get("geen_school") == "ja"
    return PupilFacts(found, change, to_week_text(hours, pauses=False) if known else None)


def _not_read(field: str, value: str, expected: Exception) -> InvalidValueError:
    """Name the field, what was typed and what is expected; what is typed is the first 40 characters at most."""
    return InvalidValueError(f"{field}: ‘{value[:40]}’ is niet te lezen; verwacht {expected}. {NOTHING}")


class LawService:
    """Use cases around the law on minors."""

    def __init__(self, stores: Stores, clock: Callable[[], datetime], today: Callable[[], date]) -> None:
        self._stores = stores
        self._clock = clock
        self._today = today

    @property
    def tasks(self) -> Sequence[str]:
        """The controlled list of kinds of task."""
        return tuple(load_rulebook().tasks)

    @property
    def read_on(self) -> date:
        """The state of the law that was read."""
        return load_rulebook().read_on

    def change_work(self, place_id: str, work: PlaceWork, *, actor: str) -> None:
        """Set hours and tasks of a place; refused when an open placement would no longer be lawful."""
        with self._stores.write() as store:
            store.queue([], [place_id])
            LawStore(store.session).change_work(place_id, work, at=self._clock(), actor=actor)

    def change_pupil(self, pupil_id: str, facts: PupilFacts, *, actor: str) -> None:
        """Set age group and school hours of a pupil; refused when an open placement would no longer be lawful."""
        with self._stores.write() as store:
            store.queue([pupil_id], [])
            LawStore(store.session).change_pupil(pupil_id, facts, at=self._clock(), actor=actor)

    def sign(self, placement_id: str, signed_on: date, *, actor: str) -> None:
        """Write down that a parent or carer signed the agreement of a stage."""
        with self._stores.write() as store:
            LawStore(store.session).sign(placement_id, signed_on, at=self._clock(), actor=actor)

    def signed_on(self, placement_id: str) -> date | None:
        """The day a parent or carer signed, or ``None``."""
        with self._stores.read() as store:
            return store.parent_signed_on(placement_id)

    def judge_open(self, brins: Collection[str]) -> list[JudgedPlacement]:
        """Open placements of these schools that are not lawful, or cannot be judged."""
        with self._stores.read() as store:
            return LawStore(store.session).judge_open(brins, self._today())


def to_hours_text(stretch: Stretch | None, *, pauses: bool) -> str:
    """``09:00-15:30/30`` for a field of a form; empty when there are no hours."""
    if stretch is None:
        return ""
    return to_week_text({Weekday.MA: stretch}, pauses=pauses).partition(" ")[2]


def to_weight_text(weight: Fraction) -> str:
    """Kilograms for a field of a form; empty for none."""
    return f"{float(weight):g}".replace(".", ",") if weight else ""
