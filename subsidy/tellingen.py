"""Use cases of the telling: keep it, compare it, correct it with two people, choose it for a regeling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from subsidy.errors import LifecycleError, TellingError, UnknownObjectError
from subsidy.lifecycle import same_person
from subsidy.ports import Clock, Store, Work
from subsidy.records import NewTelling, Override, StoredTelling
from subsidy.regeling import Regeling
from subsidy.telling import CountChange, Status, close_intervals, diff_tellingen, override_count


@dataclass(frozen=True)
class Comparison:
    """Two tellingen beside each other."""

    one: StoredTelling
    other: StoredTelling
    changes: tuple[CountChange, ...]


class TellingService:
    """What a user can do with tellingen.

    Parameters
    ----------
    work, look
        Open a transaction to write, and a moment to read.
    clock
        Gives the moment.
    """

    def __init__(self, work: Work, look: Work, clock: Clock) -> None:
        self._work = work
        self._look = look
        self._clock = clock

    def add(self, new: NewTelling, by: str) -> tuple[StoredTelling, bool]:
        """Keep a telling, unless exactly this one is there already.

        Returns
        -------
        tuple
            The telling, and whether it is new.
        """
        with self._work() as store:
            return self._add(store, new, by)

    def _add(self, store: Store, new: NewTelling, by: str) -> tuple[StoredTelling, bool]:
        for stored in store.tellingen():
            if stored.telling.digest == new.telling.digest:
                return stored, False
        at = self._clock()
        stored = store.add_telling(new, at, by)
        telling = new.telling
        after = {
            "teldatum": telling.teldatum.isoformat(),
            "status": telling.status.value,
            "digest": telling.digest,
            "vestigingen": len(telling.schools),
            "leerlingen": str(telling.total),
            "derived_from": new.derived_from,
            "note": new.note,
        }
        store.note(at, by, "telling.keep", kind="telling", key=str(stored.telling_id), after=after)
        return stored, True

    def all(self) -> Sequence[StoredTelling]:
        """Return every telling in order of number."""
        with self._look() as store:
            return store.tellingen()

    def get(self, telling_id: int) -> StoredTelling:
        """Return one telling; raises UnknownObjectError when there is none."""
        with self._look() as store:
            return find_telling(store, telling_id)

    def bases(self, regelingen: Mapping[str, Regeling]) -> dict[int, list[str]]:
        """Say for which regelingen a telling is pinned as legal basis, by number of telling."""
        pinned: dict[int, list[str]] = {}
        with self._look() as store:
            for regeling_id in regelingen:
                telling_id = store.basis(regeling_id)
                if telling_id is not None:
                    pinned.setdefault(telling_id, []).append(regeling_id)
        return pinned

    def compare(self, one_id: int, other_id: int) -> Comparison:
        """Put two tellingen beside each other, per school."""
        with self._look() as store:
            one, other = find_telling(store, one_id), find_telling(store, other_id)
        return Comparison(one, other, diff_tellingen(one.telling, other.telling))

    def close(
        self, telling_id: int, totals: Mapping[str, int], pro_only: frozenset[str], source: str, by: str
    ) -> tuple[StoredTelling, int]:
        """Close hidden counts with exact totals; the result is a new telling beside the old one.

        Returns
        -------
        tuple
            The telling with fewer intervals, and how many were closed.

        Raises
        ------
        TellingError
            Nothing could be closed, or the files contradict each other.
        """
        with self._work() as store:
            old = find_telling(store, telling_id)
            telling = close_intervals(old.telling, totals, pro_only, source)
            closed = len(old.telling.intervals) - len(telling.intervals)
            if closed == 0:
                msg = f"Geen van de {len(old.telling.intervals)} afgeschermde aantallen kon worden afgeleid."
                raise TellingError(msg)
            note = f"{closed} afgeschermde aantallen afgeleid uit {source}."
            return self._add(store, NewTelling(telling, old.file_name, old.masking, telling_id, note), by)[0], closed

    def propose_override(
        self, telling_id: int, vestiging: str, value: int, *, reason: str, source: str, by: str, on: date
    ) -> Override:
        """Propose a number for one school; nothing changes until a second person approves.

        Raises
        ------
        TellingError
            The vestiging is not in the telling, the number is negative, or reason, source or name is empty.
        """
        if not (reason.strip() and source.strip() and by.strip()):
            msg = "Een handmatig aantal heeft een reden, een bron en een naam nodig."
            raise TellingError(msg)
        with self._work() as store:
            override_count(find_telling(store, telling_id).telling, vestiging, value, reason)
            proposal = store.add_override(Override(0, telling_id, vestiging, value, reason, source, by, on))
            after = {"telling": telling_id, "vestiging": vestiging, "value": value, "reason": reason, "source": source}
            store.note(
                self._clock(), by, "override.propose", kind="override", key=str(proposal.override_id), after=after
            )
            return proposal

    def overrides(self) -> Sequence[Override]:
        """Return every proposal in order of number."""
        with self._look() as store:
            return store.overrides()

    def decide_override(self, override_id: int, *, approve: bool, by: str, on: date) -> StoredTelling | None:
        """Approve or reject a proposal as the second person.

        Returns
        -------
        StoredTelling or None
            The new telling with the number, None after a rejection.

        Raises
        ------
        UnknownObjectError
            There is no such proposal.
        LifecycleError
            It was decided already, or by the person who proposed it.
        """
        with self._work() as store:
            proposal = store.override(override_id)
            if proposal is None:
                msg = f"Er is geen voorstel met nummer {override_id}."
                raise UnknownObjectError(msg)
            if not proposal.open:
                msg = f"Over voorstel {override_id} is al besloten."
                raise LifecycleError(msg)
            if not by.strip() or same_person(by, proposal.proposed_by):
                msg = f"Voorstel {override_id} is van {proposal.proposed_by}; een andere persoon besluit erover."
                raise LifecycleError(msg)
            stored = self._apply(store, proposal, by) if approve else None
            result_id = stored.telling_id if stored else None
            store.decide_override(override_id, by, on, result_id)
            after = {"approved": approve, "result": result_id}
            store.note(self._clock(), by, "override.decide", kind="override", key=str(override_id), after=after)
            return stored

    def _apply(self, store: Store, proposal: Override, by: str) -> StoredTelling:
        old = find_telling(store, proposal.telling_id)
        note = f"{proposal.reason} Bron: {proposal.source}. Voorgesteld door {proposal.proposed_by}, akkoord van {by}."
        telling = override_count(old.telling, proposal.vestiging, proposal.value, note)
        new = NewTelling(telling, old.file_name, old.masking, old.telling_id, f"{proposal.vestiging}: {note}")
        return self._add(store, new, by)[0]


def find_telling(store: Store, telling_id: int) -> StoredTelling:
    """Return a telling.

    Raises
    ------
    UnknownObjectError
        There is none with this number.
    """
    stored = store.telling(telling_id)
    if stored is None:
        msg = f"Er is geen telling met nummer {telling_id}."
        raise UnknownObjectError(msg)
    return stored


def fits(regeling: Regeling, stored: StoredTelling) -> bool:
    """Whether a telling is of the day and status that the regeling names."""
    named = regeling.optional("teldatum", date), regeling.optional("telling_status", Status)
    return (stored.telling.teldatum, stored.telling.status) == named


def choose_telling(store: Store, regeling: Regeling, telling_id: int | None) -> StoredTelling:
    """Choose the telling to compute a regeling on.

    Parameters
    ----------
    telling_id
        The wish of the user, or None: then the pinned telling, or the only one that fits.

    Raises
    ------
    TellingError
        The wish does not fit the regeling, none fits, or several fit and none is pinned.
    """
    teldatum, status = regeling.value("teldatum", date), regeling.value("telling_status", Status)
    wanted = f"{status} van {teldatum:%d-%m-%Y}"
    if telling_id is not None:
        stored = find_telling(store, telling_id)
        if not fits(regeling, stored):
            msg = f"{str(stored).capitalize()} past niet bij regeling {regeling.regeling_id}, die {wanted} noemt."
            raise TellingError(msg)
        return stored
    pinned = store.basis(regeling.regeling_id)
    if pinned is not None:
        return find_telling(store, pinned)
    fitting = [stored for stored in store.tellingen() if fits(regeling, stored)]
    replaced = {stored.derived_from for stored in fitting}
    newest = [stored for stored in fitting if stored.telling_id not in replaced]
    if not newest:
        msg = f"Regeling {regeling.regeling_id} rekent met de telling {wanted}; die is nog niet ingelezen."
        raise TellingError(msg)
    if len(newest) > 1:
        numbers = ", ".join(str(stored.telling_id) for stored in newest)
        msg = f"Er zijn meer tellingen {wanted}: kies een van de nummers {numbers}."
        raise TellingError(msg)
    return newest[0]
