"""Recompute a receipt from its own inputs and say where it differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from subsidy.apportionment import TieBreak, UndecidedTie
from subsidy.errors import ReceiptError, SubsidyError
from subsidy.grouping import Group
from subsidy.money import Cents, Rounding, parse_share
from subsidy.parameters import Level, Method, Moment, OddCent
from subsidy.receipt import FORMAT, Calculation, Document, build_receipt
from subsidy.receipt_reading import require_bounded
from subsidy.split import compute_split
from subsidy.telling import Count, SchoolCount, Status, build_telling
from subsidy.terms import Terms


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where a receipt and its recomputation differ.

    Attributes
    ----------
    place
        Path in the document.
    stated, recomputed
        What it says and what its inputs give.
    """

    place: str
    stated: object
    recomputed: object

    def __str__(self) -> str:
        return f"{self.place}: er staat {self.stated!r}, nagerekend is {self.recomputed!r}"


def verify_receipt(document: object) -> tuple[Difference, ...]:
    """Compute a receipt anew from its own inputs.

    Parameters
    ----------
    document
        The JSON of a receipt.

    Returns
    -------
    tuple of Difference
        Empty when everything is equal.

    Raises
    ------
    ReceiptError
        It is no receipt, or its inputs cannot be computed.
    """
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        msg = f"Dit is geen bon van Stageroute; verwacht een JSON-bestand met format {FORMAT}."
        raise ReceiptError(msg)
    require_bounded(document)
    try:
        recomputed = _recompute(document)
    except SubsidyError as error:
        msg = f"De invoer van deze bon kan niet worden nagerekend: {error}"
        raise ReceiptError(msg) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        msg = f"De bon mist invoer of heeft invoer van een verkeerde soort ({error})."
        raise ReceiptError(msg) from error
    found: list[Difference] = []
    _compare("", document, recomputed, found)
    return tuple(found)


def restore_calculation(document: Mapping[str, Any]) -> Calculation:
    """Compute the calculation of a receipt anew from its inputs.

    Parameters
    ----------
    document
        A receipt that this program wrote.

    Returns
    -------
    Calculation
        Without its regeling, which a receipt only names.

    Raises
    ------
    ReceiptError
        The inputs end in an undecided tie.
    """
    inputs = document["inputs"]
    rows, names = inputs["counts"], inputs["groups"]
    telling = build_telling(
        date.fromisoformat(inputs["teldatum"]),
        Status(inputs["telling_status"]),
        [
            SchoolCount(vestiging, names[key]["name"], Count(_whole(minimum), _whole(maximum)))
            for vestiging, key, minimum, maximum in rows
        ],
        inputs["file_sha256"],
    )
    groups = {row[0]: Group(row[1], names[row[1]]["name"], names[row[1]]["note"]) for row in rows}
    split = compute_split(telling, read_terms(inputs), groups)
    if isinstance(split, UndecidedTie):
        msg = f"gelijke resten van {', '.join(split.candidates)} zonder voorrangsregel."
        raise ReceiptError(msg)
    return Calculation(split, telling, groups, None, document["code_version"])


def _recompute(document: Mapping[str, Any]) -> Document:
    school = document.get("school")
    recomputed = build_receipt(restore_calculation(document), None if school is None else school["key"])
    # What only the issuer can know is taken over; the installation compares it with its own rule files.
    return recomputed | {"label": document["label"], "regeling": document["regeling"]}


def read_terms(inputs: Mapping[str, Any]) -> Terms:
    """Read the terms from the inputs of a receipt.

    Raises
    ------
    SubsidyError, KeyError, TypeError, ValueError
        Something is missing or of the wrong kind.
    """
    rounding, moment = inputs["rounding"], inputs["rounding_moment"]
    rate, tie_break = inputs["rate_cents"], inputs["tie_break"]
    return Terms(
        budget=Cents(_whole(inputs["budget_cents"])),
        method=Method(inputs["method"]),
        level=Level(inputs["level"]),
        first_share=parse_share(inputs["first_share"]),
        odd_cent=OddCent(inputs["odd_cent"]),
        tie_break=None if tie_break is None else TieBreak(tie_break),
        rounding=None if rounding is None else Rounding(rounding),
        moment=None if moment is None else Moment(moment),
        rate=None if rate is None else Cents(_whole(rate)),
    )


def _whole(value: object) -> int:
    if type(value) is not int:
        msg = f"{value!r} is geen geheel getal"
        raise TypeError(msg)
    return value


def _compare(place: str, stated: object, recomputed: object, found: list[Difference]) -> None:
    if isinstance(stated, dict) and isinstance(recomputed, dict):
        for key in sorted(stated.keys() | recomputed.keys()):
            inner = f"{place}.{key}".lstrip(".")
            _compare(inner, stated.get(key, "(ontbreekt)"), recomputed.get(key, "(ontbreekt)"), found)
    elif isinstance(stated, list) and isinstance(recomputed, list) and len(stated) == len(recomputed):
        for number, (one, other) in enumerate(zip(stated, recomputed, strict=True)):
            _compare(f"{place}[{number}]", one, other, found)
    elif type(stated) is not type(recomputed) or stated != recomputed:
        found.append(Difference(place, stated, recomputed))
