"""Answers of matching as JSON; the command line and the API write the same."""

from __future__ import annotations

from typing import Any

from matching.places.eligibility import Leg, Rejected
from matching.places.law.judge import NotJudged, Unlawful, Verdict
from matching.places.model import to_day_text
from matching.places.ranking import RankedPlace, Reason
from matching.places.search import Answer, Ranking


def leg_to_json(leg: Leg | None) -> dict[str, Any] | None:
    """A trip; ``estimate`` is true for OV."""
    if leg is None:
        return None
    return {
        "mode": leg.mode.value,
        "minutes": leg.minutes,
        "seconds": leg.seconds,
        "metres": leg.metres,
        "definition": leg.definition_id,
        "estimate": leg.estimate,
    }


def _reasons(reasons: tuple[Reason, ...]) -> list[dict[str, Any]]:
    return [{"code": reason.code, "text": reason.text, "points": reason.points} for reason in reasons]


def place_to_json(row: RankedPlace, rank: int) -> dict[str, Any]:
    """One ranked place."""
    place = row.place
    return {
        "rank": rank,
        "place_id": place.id,
        "name": place.name,
        "company": place.company.name,
        "sector": place.sector,
        "days": to_day_text(frozenset(day for day, seats in place.seats.items() if seats)),
        "lat": place.point.lat,
        "lon": place.point.lon,
        "precision": place.point.precision,
        "trip": leg_to_json(row.leg),
        "seats_left": row.seats_left,
        "weekly_minutes": row.burden_minutes,
        "score": row.score,
        "reasons": _reasons(row.reasons),
        "lost_on": _reasons(row.lost_on),
    }


def as_of(ranking: Ranking) -> dict[str, Any]:
    """The day, the network and the policy of a ranking."""
    return {
        "date": ranking.on.isoformat(),
        "network_digest": ranking.network or None,
        "policy_since": ranking.policy.since.isoformat(),
        "policy_status": ranking.policy.status,
    }


def ranking_to_json(ranking: Ranking, limit: int | None = None) -> dict[str, Any]:
    """A ranking with what was left out, by rule."""
    return {
        "pupil_id": ranking.pupil.id,
        "places": [place_to_json(row, number) for number, row in enumerate(ranking.rows[:limit], start=1)],
        "total": len(ranking.rows),
        "hidden": {rule.value: count for rule, count in ranking.hidden.items()},
        "looked_at": ranking.looked_at,
        "to_fill": {
            "total": ranking.to_fill_count,
            "places": [{"place_id": row.place.id, "missing": list(row.missing)} for row in ranking.to_fill],
        },
        "as_of": as_of(ranking),
    }


def law_to_json(law: Verdict | None) -> dict[str, Any]:
    """What the law on minors says, as codes and values: ``lawful``, every broken rule, or what is missing."""
    broken = law.breaches if isinstance(law, Unlawful) else ()
    return {
        "lawful": None if isinstance(law, NotJudged) else not broken,
        "broken": [
            {"rule": breach.rule.citation, "check": breach.rule.check, "values": dict(breach.values)}
            for breach in broken
        ],
        "missing": list(law.missing) if isinstance(law, NotJudged) else [],
    }


def verdict_to_json(answer: Answer) -> dict[str, Any]:
    """Possible, or the code and the sentence."""
    verdict = answer.verdict
    return {
        "pupil_id": answer.pupil.id,
        "place_id": answer.place.id,
        "possible": not isinstance(verdict, Rejected),
        "code": verdict.code.value if isinstance(verdict, Rejected) else None,
        "sentence": verdict.sentence if isinstance(verdict, Rejected) else None,
        "also": [rule.value for rule in verdict.also] if isinstance(verdict, Rejected) else [],
        "law": law_to_json(verdict.law if isinstance(verdict, Rejected) else None),
        "seats_left": None if isinstance(verdict, Rejected) else verdict.seats_left,
        "trip": leg_to_json(answer.leg),
    }


def payload_to_json(payload: dict[str, Any]) -> dict[str, Any]:
    """A proposal: rows, objective levels with bound and gap, seed, what would help, and as_of."""
    summary = payload["summary"]
    return {
        "rows": [
            {
                "pupil_id": row["pupil"],
                "place_id": row["place"],
                "minuten": row["minutes"],
                "meters": row["metres"],
                "vervoer": row["mode"],
                "punten": row["score"],
                "status": row["status"],
                "reden": row["reason"],
                "dichtstbij_eerst": {"place_id": row["nearest_place"], "minuten": row["nearest_minutes"]},
            }
            for row in payload["rows"]
        ],
        "objective": summary["levels"],
        "bound": {level["name"]: level["bound"] for level in summary["levels"]},
        "gap": {level["name"]: level["gap"] for level in summary["levels"]},
        "proven": summary["proven"],
        "seed": summary["seed"],
        "help": summary["help"],
        "spread": summary["spread"],
        "nearest_first": summary["nearest_spread"],
        "as_of": summary["as_of"],
    }
