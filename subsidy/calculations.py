"""Use cases of the split: by a regeling, by a user's own figures, with receipts that can be recomputed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from subsidy.apportionment import UndecidedTie
from subsidy.errors import NotExactError, UnknownObjectError
from subsidy.grouping import group_schools
from subsidy.parameters import Level
from subsidy.ports import Store, Work
from subsidy.receipt import Calculation, Document, build_receipt, terms_section
from subsidy.records import StoredTelling
from subsidy.regeling import Regeling
from subsidy.split import SplitLine, compute_split
from subsidy.telling import NOBODY, Count
from subsidy.tellingen import choose_telling, find_telling
from subsidy.terms import Terms, terms_of
from subsidy.verification import Difference, verify_receipt


@dataclass(frozen=True)
class Outcome:
    """A calculation and the telling it was made on."""

    calculation: Calculation
    stored: StoredTelling


@dataclass(frozen=True, slots=True)
class AmountChange:
    """One school in two calculations.

    Attributes
    ----------
    key
        Of the line.
    before, after
        The lines; None where the school gets nothing.
    """

    key: str
    before: SplitLine | None
    after: SplitLine | None

    @property
    def name(self) -> str:
        """The newest name."""
        line = self.after or self.before
        return line.name if line else self.key

    @property
    def pupils(self) -> int | None:
        """Pupils more (positive) or fewer; None when a side is hidden."""
        before, after = _pupils(self.before), _pupils(self.after)
        return after.minimum - before.minimum if before.exact and after.exact else None

    @property
    def cents(self) -> int | None:
        """Cents more (positive) or less; None when a side is a band."""
        sides = [line for line in (self.before, self.after) if line is not None]
        if not all(line.exact for line in sides):
            return None
        return (self.after.amount if self.after else 0) - (self.before.amount if self.before else 0)


def _pupils(line: SplitLine | None) -> Count:
    return line.count if line else NOBODY


@dataclass(frozen=True)
class Verdict:
    """What a check of a receipt found.

    Attributes
    ----------
    differences
        Where the receipt differs from its own inputs, or from the rule file it names.
    remarks
        Dutch sentences on what could not be compared here.
    """

    differences: tuple[Difference, ...]
    remarks: tuple[str, ...]

    @property
    def equal(self) -> bool:
        """Whether nothing differs."""
        return not self.differences


class SplitService:
    """What a user can compute.

    Parameters
    ----------
    look
        Opens a moment to read.
    regelingen
        By id.
    code_version
        Version of the program, for receipts.
    """

    def __init__(self, look: Work, regelingen: Mapping[str, Regeling], code_version: str) -> None:
        self._look = look
        self._regelingen = regelingen
        self._code_version = code_version

    @property
    def regelingen(self) -> Mapping[str, Regeling]:
        """Every regeling of this installation, by id."""
        return self._regelingen

    def regeling(self, name: str) -> Regeling:
        """Find a regeling by its id, or by an ending of it that only one has.

        Raises
        ------
        UnknownObjectError
            There is none, or there are several; the known ones are named.
        """
        if name in self._regelingen:
            return self._regelingen[name]
        found = [regeling for key, regeling in self._regelingen.items() if name and key.endswith(f"-{name}")]
        if len(found) != 1:
            known = ", ".join(self._regelingen)
            msg = f"Regeling '{name}' is onbekend; bekend zijn {known}."
            raise UnknownObjectError(msg)
        return found[0]

    def split(self, regeling: Regeling, telling_id: int | None = None) -> Outcome:
        """Compute a regeling on the telling it names.

        Raises
        ------
        MissingParameterError
            A parameter is unknown; all of them are named.
        TellingError
            The telling does not fit.
        NotExactError
            A tie cannot be decided.
        """
        terms = terms_of(regeling)
        with self._look() as store:
            stored = choose_telling(store, regeling, telling_id)
            return self._compute(store, stored, terms, regeling)

    def scenario(self, telling_id: int, terms: Terms) -> Outcome:
        """Compute a user's own figures on any telling; the result is labelled as a scenario everywhere."""
        with self._look() as store:
            return self._compute(store, find_telling(store, telling_id), terms, None)

    def _compute(self, store: Store, stored: StoredTelling, terms: Terms, regeling: Regeling | None) -> Outcome:
        besturen = store.besturen() if terms.level is Level.BESTUUR else {}
        groups = group_schools(stored.telling, terms.level, besturen)
        split = compute_split(stored.telling, terms, groups)
        if isinstance(split, UndecidedTie):
            raise NotExactError(explain_tie(split))
        return Outcome(Calculation(split, stored.telling, groups, regeling, self._code_version), stored)

    def compare(self, one_id: int, other_id: int, terms: Terms) -> tuple[AmountChange, ...]:
        """Compute what every school would get on either of two tellingen: pupils and euros, before and after.

        Returns
        -------
        tuple of AmountChange
            In order of key; a school that is absent has nothing there, a hidden number gives a band.
        """
        one, other = self.scenario(one_id, terms).calculation.split, self.scenario(other_id, terms).calculation.split
        return tuple(
            AmountChange(key, one.by_key.get(key), other.by_key.get(key))
            for key in sorted(one.by_key.keys() | other.by_key.keys())
        )

    def receipt(self, regeling: Regeling, key: str | None, telling_id: int | None = None) -> Document:
        """Compute the receipt of one school, or of the whole when ``key`` is None."""
        return build_receipt(self.split(regeling, telling_id).calculation, key)

    def verify(self, document: Any) -> Verdict:
        """Recompute a receipt from its own inputs, and compare its terms with the rule file it names.

        Raises
        ------
        ReceiptError
            It is no receipt.
        """
        differences = list(verify_receipt(document))
        named = document["regeling"]
        if not isinstance(named, dict):
            return Verdict(
                tuple(differences), ("Deze bon is van een scenario; er is geen regeling om mee te vergelijken.",)
            )
        regeling = self._regelingen.get(str(named.get("id")))
        if regeling is None or regeling.digest != named.get("digest"):
            remark = f"Regeling {named.get('id')} staat hier niet in dezelfde versie; vergeleken is alleen de invoer."
            return Verdict(tuple(differences), (remark,))
        stated = document["inputs"]
        for name, value in terms_section(terms_of(regeling)).items():
            if stated.get(name) != value:
                differences.append(Difference(f"inputs.{name}", stated.get(name), value))
        return Verdict(tuple(differences), ())


def explain_tie(tie: UndecidedTie) -> str:
    """Say in Dutch what cannot be decided."""
    names = ", ".join(tie.candidates)
    cents = f"{tie.cents} cent"
    return f"Onbeslist ({tie.stage}): {names} hebben een gelijke rest voor {cents} en de regels noemen geen voorrang."
