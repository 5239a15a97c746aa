"""The receipt: every step from inputs to amount, as a document that can be recomputed without this installation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from subsidy.errors import UnknownObjectError
from subsidy.grouping import Group
from subsidy.regeling import Regeling
from subsidy.split import Split, SplitLine
from subsidy.telling import Leerlingentelling
from subsidy.terms import Terms

FORMAT = "stageroute-receipt-1"
Document = dict[str, Any]


@dataclass(frozen=True)
class Calculation:
    """A split together with all that it was computed from.

    Attributes
    ----------
    split
        The result.
    telling, groups
        The inputs besides ``split.terms``.
    regeling
        The rule file, or None for a scenario.
    code_version
        Version of the program that computed it.
    """

    split: Split
    telling: Leerlingentelling
    groups: Mapping[str, Group]
    regeling: Regeling | None
    code_version: str

    @property
    def scenario(self) -> bool:
        """Whether these are a user's own figures."""
        return self.regeling is None


def terms_section(terms: Terms) -> Document:
    """Write the terms as plain JSON values."""
    return {
        "budget_cents": int(terms.budget),
        "method": terms.method.value,
        "level": terms.level.value,
        "first_share": str(terms.first_share),
        "odd_cent": terms.odd_cent.value,
        "tie_break": terms.tie_break.value if terms.tie_break else None,
        "rounding": terms.rounding.value if terms.rounding else None,
        "rounding_moment": terms.moment.value if terms.moment else None,
        "rate_cents": terms.rate,
    }


def inputs_section(calculation: Calculation) -> Document:
    """Write all inputs: the terms, the telling with every count, and the group of every vestiging."""
    telling, groups = calculation.telling, calculation.groups
    named = {group.key: {"name": group.name, "note": group.note} for group in groups.values()}
    return {
        **terms_section(calculation.split.terms),
        "teldatum": telling.teldatum.isoformat(),
        "telling_status": telling.status.value,
        "file_sha256": telling.file_sha256,
        "telling_digest": telling.digest,
        "counts": [
            [row.vestiging, groups[row.vestiging].key, row.count.minimum, row.count.maximum] for row in telling.schools
        ],
        "groups": dict(sorted(named.items())),
    }


def line_section(line: SplitLine) -> Document:
    """Write one line with every step; amounts that are a band have only their ends."""
    section: Document = {
        "key": line.key,
        "name": line.name,
        "note": line.note,
        "members": list(line.members),
        "pupils_min": line.count.minimum,
        "pupils_max": line.count.maximum,
        "exact": line.exact,
        "amount_min_cents": int(line.low),
        "amount_max_cents": int(line.high),
    }
    share = line.share
    if share is not None:
        section |= {
            "exact_cents": str(share.exact),
            "floor_cents": int(share.floor),
            "remainder": str(share.remainder),
            "remainder_rank": share.rank,
            "extra_cents": int(share.extra),
            "amount_cents": int(line.amount),
            "tranche_1_cents": int(line.first),
            "tranche_2_cents": int(line.second),
        }
    return section


def totals_section(split: Split) -> Document:
    """Write the totals; sums of money only when every line is exact."""
    section: Document = {
        "pupils_min": split.pupils.minimum,
        "pupils_max": split.pupils.maximum,
        "awarded": len(split.lines),
        "without_pupils": list(split.without_pupils),
        "exact": split.exact,
    }
    if split.exact:
        section |= {
            "amount_cents": int(split.total),
            "tranche_1_cents": int(split.total_first),
            "tranche_2_cents": int(split.total_second),
            "difference_with_budget_cents": split.difference,
        }
    return section


def build_receipt(calculation: Calculation, key: str | None, inputs: Document | None = None) -> Document:
    """Write the receipt of one school, or of the whole.

    Parameters
    ----------
    calculation
        What to account for.
    key
        Which line; None gives all of them.
    inputs
        The result of :func:`inputs_section`, when many receipts of one calculation share it.

    Returns
    -------
    dict
        JSON values only: no decimal numbers, money in whole cents, fractions as text.

    Raises
    ------
    UnknownObjectError
        This calculation has no such line.
    """
    split, regeling = calculation.split, calculation.regeling
    if key is not None and key not in split.by_key:
        msg = f"{key} krijgt in deze berekening geen bedrag."
        raise UnknownObjectError(msg)
    named = (
        None
        if regeling is None
        else {
            "id": regeling.regeling_id,
            "version": regeling.version.isoformat(),
            "title": regeling.title,
            "digest": regeling.digest,
            "assumptions": [assumed.name for assumed in regeling.assumptions],
        }
    )
    document: Document = {
        "format": FORMAT,
        "label": "scenario" if calculation.scenario else "berekening",
        "regeling": named,
        "code_version": calculation.code_version,
        "inputs": inputs_section(calculation) if inputs is None else inputs,
        "totals": totals_section(split),
    }
    if key is None:
        document["schools"] = [line_section(line) for line in split.lines]
    else:
        document["school"] = line_section(split.by_key[key])
    return document
