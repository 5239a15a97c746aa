"""Checking a certificate without a solver: ``check_certificate``.

A certificate holds the problem (pupils, seats, options), the assignment and, per level that claims to be optimal, a
proof. This module shares no code with the one that made the proposal: it counts seats, measures the levels anew and
recomputes every bound in whole numbers.

A proof is a tree. A leaf holds prices: what a seat of a place in a slot costs (never negative), and what one unit of
each earlier level is worth. Any such prices bound the level from below, whoever made them up (Lagrange): every pupil
takes the cheapest option there is or none, so wrong prices can only prove less. A branch splits on one option: the
pupil does not take it, or takes it; both sides need a proof.

Source: Geoffrion, "Lagrangean relaxation for integer programming" (1974); McConnell, Mehlhorn, Näher and Schweitzer,
"Certifying algorithms" (2011).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matching.certificate.form import Certificate, Option, Prices, Proof
from matching.errors import CertificateRefusedError

DEEPEST = 200
"""How deep a tree of branches may be."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One level: its value, and whether the certificate proves that no proposal does better."""

    name: str
    value: int
    proven: bool


@dataclass(frozen=True, slots=True)
class _Claim:
    """A level as a sum of costs over options that cannot be below ``least``, given what the earlier levels are worth.

    ``costs`` and the ``earlier`` columns hold a number per option; ``None`` in ``costs``: the option may not be used.
    """

    costs: Sequence[int | None]
    earlier: Sequence[tuple[Sequence[int], int]]
    least: int
    unlisted: Mapping[str, int]


def check_certificate(certificate: Certificate) -> tuple[Checked, ...]:
    """The levels of the proposal in the order they are compared, each proven or not.

    Raises
    ------
    CertificateRefusedError
        The assignment is not possible, a value is not what the assignment gives, or a proof does not hold.
    """
    free = _check_assignment(certificate)
    values = _measure(certificate, free)
    claimed = [(level.name, level.value) for level in certificate.levels]
    if claimed != values:
        raise CertificateRefusedError(f"De niveaus kloppen niet met de indeling: er staat {claimed}, het is {values}.")
    checked: list[Checked] = []
    for number, level in enumerate(certificate.levels):
        if level.proof is not None:
            if not all(before.proven for before in checked):
                raise CertificateRefusedError(f"Niveau {level.name} is bewezen terwijl een eerder niveau dat niet is.")
            claim = _claim(certificate, values, number)
            if not _Prover(certificate, claim).proves(level.proof):
                raise CertificateRefusedError(f"Het bewijs van niveau {level.name} houdt geen stand.")
        checked.append(Checked(level.name, level.value, level.proof is not None))
    return tuple(checked)


def _check_assignment(certificate: Certificate) -> list[Option]:
    """The chosen options of pupils without a lock; every seat, lock and pupil is counted."""
    by_pair = {(option.pupil, option.place): option for option in certificate.options}
    for pupil, place in certificate.locks.items():
        if certificate.placed.get(pupil) != place:
            raise CertificateRefusedError(f"Leerling {pupil} staat vast op plek {place}, maar is daar niet ingedeeld.")
    used: Counter[tuple[str, int]] = Counter()
    for pupil, place in certificate.placed.items():
        if (pupil, place) not in by_pair:
            raise CertificateRefusedError(f"Plek {place} is voor leerling {pupil} geen mogelijkheid.")
        used.update((place, slot) for slot in certificate.pupils[pupil])
    for (place, slot), count in sorted(used.items()):
        if count > certificate.places[place].get(slot, 0):
            raise CertificateRefusedError(f"Op plek {place} zijn in dagdeel {slot} meer leerlingen dan plekken.")
    return [by_pair[pair] for pair in certificate.placed.items() if pair[0] not in certificate.locks]


def _measure(certificate: Certificate, free: Sequence[Option]) -> list[tuple[str, int]]:
    """The levels from left to right: placed, the longest trips and how many make them, burden, wishes."""
    lengths = sorted(Counter(option.minutes for option in free).items(), reverse=True)[: certificate.lengths]
    values = [("geplaatst", len(free))]
    for number, (minutes, count) in enumerate(lengths, start=1):
        values += [(f"langste_reis_{number}", minutes), (f"leerlingen_met_reis_{number}", count)]
    return [*values, ("weeklast", sum(o.burden for o in free)), ("wensen", sum(o.wish for o in free))]


def _claim(certificate: Certificate, values: Sequence[tuple[str, int]], number: int) -> _Claim:
    """What has to be proven about a level when the earlier ones have their values."""
    options, (name, value) = certificate.options, values[number]
    open_lists = {
        pupil: minutes + 1 for pupil, minutes in certificate.complete_to.items() if pupil not in certificate.locks
    }
    everyone = ([1] * len(options), values[0][1])
    if number == 0:
        return _Claim([-1] * len(options), [], -value, dict.fromkeys(open_lists, -1))
    lengths = [minutes for label, minutes in values[1:number] if label.startswith("langste_reis")]
    counts = [count for label, count in values[1:number] if label.startswith("leerlingen_met_reis")]
    fixed = list(zip(lengths, counts, strict=False))
    earlier = [([int(option.minutes == minutes) for option in options], count) for minutes, count in fixed]
    longer = {minutes for minutes, _ in fixed}
    if name.startswith("langste_reis"):
        # With only shorter trips than this one, beside those that are settled, fewer pupils can be placed.
        costs = [-1 if o.minutes < value or o.minutes in longer else None for o in options]
        unlisted = {pupil: -1 for pupil, least in open_lists.items() if least < max([value, *longer])}
        if longer and unlisted:
            raise CertificateRefusedError(f"Niveau {name} is niet te bewijzen: er staan niet alle mogelijkheden in.")
        return _Claim(costs, earlier, 1 - values[0][1], unlisted)
    if name.startswith("leerlingen_met_reis"):
        last = lengths[-1]
        costs = [int(o.minutes == last) if o.minutes <= last or o.minutes in longer else None for o in options]
        _refuse_open_lists(name, open_lists, max(lengths))
        return _Claim(costs, [everyone, *earlier], value, {})
    _refuse_open_lists(name, open_lists, max(lengths, default=0))
    closed = sum(counts) == values[0][1]
    usable = [o.minutes in longer or (not closed and o.minutes < min(lengths, default=0)) for o in options]
    if name == "weeklast":
        costs = [option.burden if may else None for option, may in zip(options, usable, strict=True)]
        return _Claim(costs, [everyone, *earlier], value, {})
    burden = ([option.burden for option in options], values[number - 1][1])
    costs = [-option.wish if may else None for option, may in zip(options, usable, strict=True)]
    return _Claim(costs, [everyone, *earlier, burden], -value, {})


def _refuse_open_lists(name: str, open_lists: Mapping[str, int], longest: int) -> None:
    """Options that are not in the file could change this level."""
    if any(least <= longest for least in open_lists.values()):
        raise CertificateRefusedError(f"Niveau {name} is niet te bewijzen: er staan niet alle mogelijkheden in.")


class _Prover:
    """Walks a proof of one claim; every number is whole, multiplied by the scale of its leaf."""

    def __init__(self, certificate: Certificate, claim: _Claim) -> None:
        self._certificate = certificate
        self._claim = claim

    def proves(self, proof: Proof) -> bool:
        """Whether every leaf shows more than ``least - 1``, which in whole numbers is ``least``."""
        return self._walk(proof, dict(self._certificate.locks), frozenset(), 0)

    def _walk(self, proof: Proof, taken: Mapping[str, str], left: frozenset[tuple[str, str]], depth: int) -> bool:
        if isinstance(proof, Prices):
            return self._bound(proof, taken, left) > (self._claim.least - 1) * proof.scale
        pair = (proof.pupil, proof.place)
        if depth == DEEPEST or proof.pupil in taken or pair in left:
            raise CertificateRefusedError(f"Een bewijs vertakt te diep, of twee keer op leerling {proof.pupil}.")
        return self._walk(proof.without, taken, left | {pair}, depth + 1) and self._walk(
            proof.taken, {**taken, proof.pupil: proof.place}, left, depth + 1
        )

    def _bound(self, leaf: Prices, taken: Mapping[str, str], left: frozenset[tuple[str, str]]) -> int:
        """What these prices prove, times the scale: every pupil takes the cheapest of what is left."""
        certificate, claim, scale, prices = self._certificate, self._claim, leaf.scale, leaf.seats
        if len(leaf.earlier) != len(claim.earlier):
            raise CertificateRefusedError("Een bewijs heeft niet voor elk eerder niveau een prijs.")
        worth = list(zip(leaf.earlier, claim.earlier, strict=True))
        total = sum(price * value for price, (_, value) in worth)
        total -= sum(price * certificate.places.get(place, {}).get(slot, 0) for (place, slot), price in prices.items())
        cheapest = {pupil: min(0, cost * scale) for pupil, cost in claim.unlisted.items() if pupil not in taken}
        for number, option in enumerate(certificate.options):
            pupil, place = option.pupil, option.place
            rent = sum(prices.get((place, slot), 0) for slot in certificate.pupils[pupil])
            if pupil in certificate.locks:
                if place == certificate.locks[pupil]:
                    total += rent  # this seat is gone whatever the others do, and the levels do not count it
                continue
            if (cost := claim.costs[number]) is None or (pupil, place) in left or taken.get(pupil, place) != place:
                continue
            reduced = cost * scale + rent - sum(price * column[number] for price, (column, _) in worth)
            if pupil in taken or reduced < cheapest.get(pupil, 0):
                cheapest[pupil] = reduced
        return total + sum(cheapest.values())
