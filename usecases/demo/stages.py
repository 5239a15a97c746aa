"""The register of Merenveld: some pupils have a place, some wait for an answer, and some lost theirs."""

from __future__ import annotations

from datetime import date
from typing import Final

from data.demo.places import SCHOOLS
from matching.errors import MatchingError
from matching.places.model import Route
from matching.places.placing import Claim
from matching.places.register import Status, Withdrawal
from usecases.demo.loading import BY, Loading
from usecases.services import Services

#: Pupils that are looked at per school; the school of the demo coordinator has most, and keeps pupils without a place.
LOOKED_AT: Final = {"99AA": 36}
LOOKED_AT_ELSEWHERE: Final = 3


def load_placements(loading: Loading) -> None:
    """Reserve the best place for some pupils of every school and take most of them further."""
    services, today = loading.services, loading.services.today()
    placed = 0
    for brin in sorted({school.code[:4] for school in SCHOOLS}):
        pupils = services.stages.people.list_pupils([brin])
        for number, listed in enumerate(pupils[: LOOKED_AT.get(brin, LOOKED_AT_ELSEWHERE)]):
            placed += _place(services, listed.row.id, number, today)
    loading.say(f"plaatsingen: {placed}")


def _place(services: Services, pupil_id: str, number: int, today: date) -> bool:
    """Take the best place for one pupil; false when there is none, or when it may not be taken."""
    search, register = services.stages.core.search, services.stages.core.register
    pupil = search.find_pupil(pupil_id)
    if pupil.route in {Route.B, Route.C}:
        # Their school must first have a valid agreement with an mbo; the demo leaves that to its visitor.
        return False
    rows = search.rank(pupil, today).rows
    if not rows:
        return False
    nearest = min(rows, key=lambda row: row.leg.seconds)
    # Some parents choose the nearer place that scores lower, because the pupil pays the trip.
    for_costs = number % 3 == 1 and rows.has_better_further_away(nearest)
    chosen = nearest if for_costs else rows[0]
    reason = "Ouders en leerling kozen deze plek samen."
    claim = Claim(pupil_id, chosen.place.id, f"demo-{pupil_id}", reason=reason, travel_costs=for_costs)
    try:
        placement = register.reserve(claim, placement_id=f"demo-{pupil_id}", on=today, actor=BY)
    except MatchingError:
        return False
    if number % 5 == 0:
        return True
    try:
        register.move(placement.id, Status.CONFIRMED, actor=BY)
    except MatchingError:
        # The conditions of an entree route are not met yet: the pupil keeps the reservation, as in real life.
        return True
    if number % 9 == 4:
        register.withdraw(placement.id, Withdrawal.COMPANY_REFUSED, actor=BY, note="Te druk in het voorjaar.")
    elif number % 13 == 6:
        services.stages.offers.withdraw_place(chosen.place.id, "Het bedrijf verhuist.", actor=BY)
    return True
