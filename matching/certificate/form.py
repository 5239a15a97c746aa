"""The certificate as a file: JSON in, checked values out.

Every unknown key, double name, half number or name that does not exist is refused with the place where it stands, so
that the checker behind it meets only what it understands. The digest covers the whole file but itself: a certificate
that was changed by hand, however little, is no longer that certificate.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple, TypeVar

from matching.errors import CertificateRefusedError

FORMAT = "stageroute-certificaat-1"
MOST_BYTES = 512 * 1024 * 1024
"""A certificate of a whole country is about a hundred megabytes."""

LARGEST = 10**40
"""No number in a certificate is further from zero: prices are weights of levels, times a scale."""

_KEYS = frozenset(
    ("format", "seed", "lengths", "pupils", "places", "options", "complete_to", "locks", "placed", "levels", "as_of")
)
T = TypeVar("T")


class Option(NamedTuple):
    """One possible place for one pupil: whole minutes, weekly stage minutes, wish points."""

    pupil: str
    place: str
    minutes: int
    burden: int
    wish: int


@dataclass(frozen=True, slots=True)
class Prices:
    """A leaf of a proof; every price is a whole number of 1/``scale``."""

    scale: int
    seats: Mapping[tuple[str, int], int]
    earlier: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """A proof in two halves: the pupil does not go to the place, or goes there."""

    pupil: str
    place: str
    without: Proof
    taken: Proof


Proof = Prices | Branch


@dataclass(frozen=True, slots=True)
class Level:
    """A level of the proposal and the proof that it cannot be better, if there is one."""

    name: str
    value: int
    proof: Proof | None


@dataclass(frozen=True, slots=True)
class Certificate:
    """The problem, the assignment and the proofs.

    Attributes
    ----------
    pupils
        Per pupil the slots it needs; a slot is a weekday in one piece of the school year.
    places
        Per place the seats left per slot, before locks.
    complete_to
        Per pupil whose list is not complete: up to how many minutes every option is listed.
    lengths
        Over how many different trip lengths the longest trips were made as short as possible.
    """

    seed: int
    lengths: int
    pupils: Mapping[str, frozenset[int]]
    places: Mapping[str, Mapping[int, int]]
    options: Sequence[Option]
    complete_to: Mapping[str, int]
    locks: Mapping[str, str]
    placed: Mapping[str, str]
    levels: Sequence[Level]
    as_of: Mapping[str, str]
    digest: str


def digest_of(content: Mapping[str, Any]) -> str:
    """The SHA-256 of everything in a certificate but its digest, in one fixed way of writing."""
    rest = {key: value for key, value in content.items() if key != "digest"}
    text = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def to_bytes(content: Mapping[str, Any]) -> bytes:
    """The content as the bytes of a file."""
    return (json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n").encode()


def read_certificate(content: bytes) -> Certificate:
    """A certificate from the bytes of its file.

    Raises
    ------
    CertificateRefusedError
        It is not a certificate, something in it is not understood, or it was changed after it was written.
    """
    if len(content) > MOST_BYTES:
        raise CertificateRefusedError(f"Het certificaat is groter dan {MOST_BYTES // 1024 // 1024} MB.")
    try:
        found = json.loads(content.decode("utf-8"), object_pairs_hook=_without_doubles, parse_float=_no_fraction)
    except (ValueError, RecursionError) as error:
        if isinstance(error, CertificateRefusedError):
            raise
        raise CertificateRefusedError("Dit bestand is geen certificaat: het is geen leesbare JSON.") from error
    raw = _Reader("certificaat").record(found, _KEYS | {"digest"})
    if raw["format"] != FORMAT:
        raise CertificateRefusedError(f"Dit bestand is geen certificaat van de soort {FORMAT}.")
    if raw["digest"] != digest_of(raw):
        raise CertificateRefusedError(
            "Het certificaat is veranderd nadat het werd afgegeven: de controlesom klopt niet."
        )
    try:
        return _to_certificate(raw)
    except RecursionError as error:
        raise CertificateRefusedError("Een bewijs in het certificaat is te diep vertakt.") from error


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise CertificateRefusedError("In het certificaat staat een naam twee keer.")
    return found


def _no_fraction(text: str) -> int:
    raise CertificateRefusedError(f"In het certificaat staat ‘{text[:20]}’; alleen hele getallen kunnen.")


class _Reader:
    """Reads values of a known kind and says where one is not."""

    def __init__(self, where: str) -> None:
        self.where = where

    def _refuse(self, wanted: str) -> CertificateRefusedError:
        return CertificateRefusedError(f"In het certificaat staat bij {self.where} geen {wanted}.")

    def text(self, value: Any) -> str:
        if not isinstance(value, str) or not 0 < len(value) <= 1_000:
            raise self._refuse("naam of tekst")
        return value

    def number(self, value: Any, least: int = -LARGEST) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= LARGEST:
            raise self._refuse("heel getal dat kan")
        return value

    def record(self, value: Any, keys: frozenset[str]) -> dict[str, Any]:
        if not isinstance(value, dict) or value.keys() != keys:
            raise self._refuse(f"groep met precies {', '.join(sorted(keys))}")
        return value

    def row(self, value: Any, length: int | None = None) -> list[Any]:
        if not isinstance(value, list) or length not in (None, len(value)):
            raise self._refuse("lijst" if length is None else f"lijst van {length}")
        return value

    def by_name(self, value: Any, read: Callable[[Any], T]) -> dict[str, T]:
        if not isinstance(value, dict):
            raise self._refuse("lijst met namen")
        return {self.text(key): read(item) for key, item in value.items()}


def _to_certificate(raw: Mapping[str, Any]) -> Certificate:
    pupils = _Reader("pupils")
    places = _Reader("places")
    slots = {
        name: frozenset(pupils.number(slot, 0) for slot in row)
        for name, row in pupils.by_name(raw["pupils"], pupils.row).items()
    }
    seats = {
        name: {places.number(slot, 0): places.number(count, 0) for slot, count in (places.row(pair, 2) for pair in row)}
        for name, row in places.by_name(raw["places"], places.row).items()
    }
    known = _Known(slots, seats)
    options = [known.option(row) for row in _Reader("options").row(raw["options"])]
    if len({option[:2] for option in options}) != len(options):
        raise CertificateRefusedError("In het certificaat staat een mogelijkheid twee keer.")
    if any(not days for days in slots.values()):
        raise CertificateRefusedError("In het certificaat staat een leerling zonder dagen.")
    texts = _Reader("as_of")
    return Certificate(
        seed=_Reader("seed").number(raw["seed"], 0),
        lengths=_Reader("lengths").number(raw["lengths"], 0),
        pupils=slots,
        places=seats,
        options=options,
        complete_to={known.pupil(name): minutes for name, minutes in _minutes(raw["complete_to"]).items()},
        locks=known.pairs("locks", raw["locks"]),
        placed=known.pairs("placed", raw["placed"]),
        levels=[known.level(level) for level in _Reader("levels").row(raw["levels"])],
        as_of=texts.by_name(raw["as_of"], texts.text),
        digest=raw["digest"],
    )


def _minutes(value: Any) -> dict[str, int]:
    reader = _Reader("complete_to")
    return reader.by_name(value, reader.number)


@dataclass(frozen=True, slots=True)
class _Known:
    """What may be named: the pupils and places of the problem."""

    pupils: Mapping[str, frozenset[int]]
    places: Mapping[str, Mapping[int, int]]

    def pupil(self, name: Any) -> str:
        if not isinstance(name, str) or name not in self.pupils:
            raise CertificateRefusedError(f"In het certificaat staat leerling ‘{str(name)[:40]}’, die er niet in zit.")
        return name

    def place(self, name: Any) -> str:
        if not isinstance(name, str) or name not in self.places:
            raise CertificateRefusedError(f"In het certificaat staat plek ‘{str(name)[:40]}’, die er niet in zit.")
        return name

    def pairs(self, where: str, value: Any) -> dict[str, str]:
        return {self.pupil(name): self.place(place) for name, place in _Reader(where).by_name(value, str).items()}

    def option(self, row: Any) -> Option:
        reader = _Reader("options")
        pupil, place, minutes, burden, wish = reader.row(row, 5)
        return Option(
            self.pupil(pupil),
            self.place(place),
            reader.number(minutes, 0),
            reader.number(burden, 0),
            reader.number(wish),
        )

    def level(self, value: Any) -> Level:
        reader = _Reader("levels")
        found = reader.record(value, frozenset(("name", "value", "proof")))
        proof = None if found["proof"] is None else self.proof(found["proof"])
        return Level(reader.text(found["name"]), reader.number(found["value"]), proof)

    def proof(self, value: Any) -> Proof:
        reader = _Reader("proof")
        if isinstance(value, dict) and "split" in value:
            found = reader.record(value, frozenset(("split", "without", "with")))
            pupil, place = reader.row(found["split"], 2)
            return Branch(self.pupil(pupil), self.place(place), self.proof(found["without"]), self.proof(found["with"]))
        found = reader.record(value, frozenset(("scale", "seats", "earlier")))
        rows = [reader.row(row, 3) for row in reader.row(found["seats"])]
        seats = {(self.place(place), reader.number(slot, 0)): reader.number(price, 0) for place, slot, price in rows}
        if len(seats) != len(rows):
            raise CertificateRefusedError("In een bewijs heeft een plek twee prijzen.")
        earlier = tuple(reader.number(price) for price in reader.row(found["earlier"]))
        return Prices(reader.number(found["scale"], 1), seats, earlier)
