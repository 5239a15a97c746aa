"""Everything a school has, as tables for CSV and XLSX."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from data.exporters.layers import Cell, Field, Layer
from data.matching_rows import to_day_words
from data.tables import matching as t

EXPORT_TABLES = (
    "leerlingen",
    "plaatsingen",
    "journaal",
    "stageplekken",
    "bedrijven",
    "erkenningen",
    "voorstellen",
    "voorstelregels",
    "weging",
    "bedrijfslinks",
)
_DAYS = frozenset({"days", "school_days", "mbo_days"})
_DEGREES = frozenset({"lat", "lon", "mbo_lat", "mbo_lon"})


def school_layers(session: Session, brin: str) -> tuple[Layer, ...]:
    """Pupils, placements and their journal, own places and their companies, proposals, weights, links of a school."""
    owned = select(t.InternshipPlace.company_id).where(t.InternshipPlace.owner_brin == brin)
    companies = select(t.Company.id).where(or_(t.Company.owner_brin == brin, t.Company.id.in_(owned)))
    placements = select(t.Placement.id).where(t.Placement.brin == brin)
    proposals = select(t.Proposal.id).where(t.Proposal.brin == brin)
    wanted: tuple[tuple[Any, Any], ...] = (
        (t.Pupil, t.Pupil.brin == brin),
        (t.Placement, t.Placement.brin == brin),
        (t.PlacementEntry, t.PlacementEntry.placement_id.in_(placements)),
        (t.InternshipPlace, t.InternshipPlace.owner_brin == brin),
        (t.Company, t.Company.id.in_(companies)),
        (t.CompanyRecognition, t.CompanyRecognition.company_id.in_(companies)),
        (t.Proposal, t.Proposal.brin == brin),
        (t.ProposalRow, t.ProposalRow.proposal_id.in_(proposals)),
        (t.MatchingPolicy, t.MatchingPolicy.brin == brin),
        (t.CompanyLink, t.CompanyLink.brin == brin),
    )
    layers = []
    for name, (table, condition) in zip(EXPORT_TABLES, wanted, strict=True):
        names = [column.name for column in table.__table__.columns]
        found = session.scalars(select(table).where(condition).order_by(*table.__table__.primary_key.columns))
        rows = tuple({key: _cell(key, getattr(row, key)) for key in names} for row in found)
        layers.append(Layer(name, name.capitalize(), tuple(Field(key, key) for key in names), rows))
    return tuple(layers)


def _cell(key: str, value: Any) -> Cell:
    if key in _DAYS and isinstance(value, int):
        return to_day_words(value)
    if key in _DEGREES and isinstance(value, float):
        return f"{value:.6f}".replace(".", ",")
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)
