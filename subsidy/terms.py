"""The terms of one calculation: what a rule file or a scenario says, checked against each other."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from subsidy.apportionment import TieBreak
from subsidy.errors import TermsError
from subsidy.money import Cents, Rounding
from subsidy.parameters import LARGEST_REMAINDER, Level, Method, Moment, OddCent
from subsidy.regeling import Regeling


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything besides the telling that decides the amounts.

    Attributes
    ----------
    budget
        Euro cents to divide, and the subsidy ceiling; more than zero.
    method
        ``closed_budget`` or ``amount_per_pupil``.
    level
        Who is awarded an amount.
    first_share
        Part of each amount that is paid first, 0 to 1.
    odd_cent
        Which part gets the cent of the total that cannot be shared.
    tie_break
        Who comes first among equal remainders; None leaves a tie undecided.
    rounding, moment
        Only for ``amount_per_pupil``: how, and whether on the rate or per school.
    rate
        Only for ``amount_per_pupil``: cents per pupil; None means budget divided by all pupils.
    """

    budget: Cents
    method: Method
    level: Level
    first_share: Fraction
    odd_cent: OddCent
    tie_break: TieBreak | None
    rounding: Rounding | None = None
    moment: Moment | None = None
    rate: Cents | None = None

    def __post_init__(self) -> None:
        if self.budget <= 0:
            msg = f"Een budget van {self.budget} cent kan niet worden verdeeld; verwacht meer dan nul."
            raise TermsError(msg)
        if not 0 <= self.first_share <= 1:
            msg = f"Het eerste deel is {self.first_share} van het bedrag; verwacht 0 tot en met 1."
            raise TermsError(msg)
        if self.method is Method.CLOSED_BUDGET:
            if self.rounding or self.moment or self.rate is not None:
                msg = "Bij closed_budget horen geen afronding, moment of bedrag per leerling."
                raise TermsError(msg)
        elif self.rounding is None or self.moment is None:
            msg = "Bij amount_per_pupil zijn een afronding en een moment van afronden nodig."
            raise TermsError(msg)
        if self.rate is not None and self.rate <= 0:
            msg = f"Een bedrag van {self.rate} cent per leerling kan niet; verwacht meer dan nul."
            raise TermsError(msg)


def terms_of(regeling: Regeling) -> Terms:
    """Take the terms out of a regeling.

    Raises
    ------
    MissingParameterError
        A parameter that is needed is unknown; all of them are named.
    TermsError
        Values contradict each other.
    """
    regeling.require_known()
    method = regeling.value("method", Method)
    text = regeling.value("rounding", str)
    closed = method is Method.CLOSED_BUDGET
    if closed != (text == LARGEST_REMAINDER):
        msg = f"Regeling {regeling.regeling_id}: afronding '{text}' hoort niet bij methode {method}."
        raise TermsError(msg)
    return Terms(
        budget=Cents(regeling.value("budget", int)),
        method=method,
        level=regeling.value("level", Level),
        first_share=regeling.value("first_share", Fraction),
        odd_cent=regeling.value("odd_cent", OddCent),
        tie_break=regeling.optional("tie_break", TieBreak),
        rounding=None if closed else Rounding(text),
        # A closed budget has neither; a file that names one all the same is refused, not read past.
        moment=regeling.optional("rounding_moment", Moment) if closed else regeling.value("rounding_moment", Moment),
        rate=_cents(regeling.optional("amount_per_pupil", int)),
    )


def _cents(value: int | None) -> Cents | None:
    return None if value is None else Cents(value)
