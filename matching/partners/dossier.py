"""The dossier of a chain: everything needed to prove the effort, and to compute the same state again."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from matching.partners.chain import Candidate, CandidateList, ChainPolicy, NotInChain
from matching.partners.chain_event import ChainEvent, EventKind
from matching.partners.chain_state import ChainState, evaluate
from matching.partners.errors import DossierError
from matching.partners.model import ChainSchool, TripFact

FORMAT = "stageroute-ketendossier/1"
SOURCES: tuple[str, ...] = (
    (
        "Kamerbrief hoofdlijnen wetsvoorstel entreeopleiding in het praktijkonderwijs (ministers OCW en BVOM), "
        "basisprincipes en volgorde van samenwerking"
    ),
    "Kamerbrief ontwikkelingen en knelpunten in het praktijkonderwijs, 30-08-2024, par. 2.6",
    "Motie 31524 nr. 598, aangenomen 13-02-2024 (niet-bekostigd in uitzonderingsgevallen)",
)


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    return value


def content_digest(content: Mapping[str, object]) -> str:
    """Return the SHA-256 of the canonical JSON of everything but the digest itself."""
    body = {key: value for key, value in content.items() if key != "digest"}
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def to_dossier(
    candidates: CandidateList, events: Sequence[ChainEvent], policy: ChainPolicy, *, made_at: datetime
) -> dict[str, Any]:
    """Write a chain as plain JSON content: setting, candidates, every attempt in order, sources, and the finding."""
    state = evaluate(candidates, events, policy)
    content: dict[str, Any] = {
        "format": FORMAT,
        "made_at": made_at.isoformat(),
        "policy": asdict(policy),
        "candidates": _plain(asdict(candidates)),
        "events": [_plain(asdict(each)) for each in events],
        "finding": {
            "open_step": state.open_step,
            "agreed_with": state.agreed_with,
            "opens_next": state.opens_next,
            "steps": [
                {"step": s.step, "title": s.title, "exhausted": s.exhausted, "finding": s.finding} for s in state.steps
            ],
        },
        "sources": list(SOURCES),
    }
    content["digest"] = content_digest(content)
    return content


def replay_dossier(content: Mapping[str, Any]) -> ChainState:
    """Compute the state again from a dossier alone.

    Raises
    ------
    DossierError
        The format is unknown, a part is missing, or the digest does not fit.
    """
    if content.get("format") != FORMAT:
        raise DossierError(f"Dit is geen ketendossier van Stageroute ({FORMAT} verwacht).")
    if content.get("digest") != content_digest(content):
        raise DossierError("Het dossier is veranderd nadat het is gemaakt: de controlesom klopt niet.")
    try:
        policy = ChainPolicy(**content["policy"])
        candidates = _candidate_list(content["candidates"])
        events = [_event(each) for each in content["events"]]
    except (KeyError, TypeError, ValueError) as error:
        raise DossierError(f"Het dossier is niet volledig: {error}.") from error
    return evaluate(candidates, events, policy)


def _candidate_list(raw: Mapping[str, Any]) -> CandidateList:
    return CandidateList(
        ChainSchool(**raw["school"]),
        raw["region"],
        raw["region_label"],
        tuple(raw["crebos"]),
        date.fromisoformat(raw["on"]),
        date.fromisoformat(raw["data_date"]),
        tuple(_candidate(each) for each in raw["candidates"]),
        tuple(NotInChain(**each) for each in raw["left_out"]),
        raw["region_name"],
    )


def _candidate(raw: Mapping[str, Any]) -> Candidate:
    fields = dict(raw)
    fields["trip"] = TripFact(**raw["trip"])
    fields["crebos"] = tuple(raw["crebos"])
    fields["reasons"] = tuple(raw["reasons"])
    return Candidate(**fields)


def _event(raw: Mapping[str, Any]) -> ChainEvent:
    fields = dict(raw)
    fields["kind"] = EventKind(raw["kind"])
    fields["contacted_on"] = date.fromisoformat(raw["contacted_on"])
    fields["outcome_on"] = date.fromisoformat(raw["outcome_on"])
    return ChainEvent(**fields)
