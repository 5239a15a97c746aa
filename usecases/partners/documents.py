"""The region, the dossier and the praktijkonderwijs-check as typeset pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from data.exporters.typeset import to_pdf
from matching.partners.chain_event import REASON_CODES
from matching.partners.model import date_text
from usecases.partners.chain import ChainView
from usecases.partners.coverage import RegionCoverage
from usecases.partners.figures import (
    SOURCES,
    SUPPRESSED,
    as_of_text,
    change_sentence,
    comparison_sentence,
    minutes,
    percent_text,
    text_of,
)
from usecases.partners.scenarios import Scenario


def region_content(region: RegionCoverage) -> dict[str, Any]:
    """Put the figures of a region in the order of its page."""
    total = region.total
    per_100 = total.pupils or None
    return {
        "title": f"Entreepartners in {region.region_name}",
        "subtitle": f"Norm: {region.question.norm_minutes} minuten {region.question.how}, enkele reis, op "
        f"{date_text(region.question.on)}",
        "as_of": as_of_text(region.as_of),
        "finding": region.finding,
        "facts": [
            ["Pro-leerlingen", text_of(total.pupils)],
            ["Met een plaats bij een bekostigde partner binnen de norm", f"{total.covered} ({percent_text(total)})"],
            ["Mediaan van de reistijd naar de dichtstbijzijnde partner (minuten)", text_of(minutes(total.median_s))],
            ["90 procent van de leerlingen reist hooguit (minuten)", text_of(minutes(total.p90_s))],
            ["Vestigingen met een geldige overeenkomst", f"{total.schools_with_agreement} van {total.schools}"],
            ["Locaties van bekostigde mbo's met vrije plaatsen", f"{total.partners_with_seats} van {total.partners}"],
        ],
        "gemeenten": [
            [
                region.gemeente_names.get(each.area, each.area), text_of(each.pupils), text_of(each.covered),
                percent_text(each), text_of(minutes(each.median_s)), text_of(minutes(each.p90_s)), each.status,
            ]
            for each in region.gemeenten
        ],
        "suppression": SUPPRESSED,
        "chain": [[each.label, text_of(each.schools)] for each in region.chain],
        "partners": [
            [mbo.name, place.name, "ja" if mbo.bekostigd else "nee", text_of(step), text_of(place.seats_free)]
            for mbo, place, step in region.locations
        ],
        "sectors": [
            [s.sector, text_of(s.places), text_of(round(100 * s.places / per_100, 1) if per_100 else None)]
            for s in region.sectors
        ],
        "unplaced": [why for _, why in region.unplaced],
        "sources": SOURCES,
    }  # fmt: skip


def dossier_pdf(view: ChainView, dossier: Mapping[str, Any], *, at: datetime) -> bytes:
    """Typeset the dossier of one chain."""
    chain = view.policy.chain
    content = {
        "title": f"Dossier entreepartner: {view.school.name}",
        "subtitle": f"Vestiging {view.vestiging} · {view.region_label}"
        + (f" · crebo {view.crebo}" if view.crebo else ""),
        "as_of": as_of_text(view.as_of()),
        "finding": view.state.opens_next,
        "banner": view.state.banner,
        "steps": [
            {
                "title": f"Stap {step.step}: {step.title}",
                "finding": step.finding,
                "rows": [
                    [
                        m.candidate.name, m.candidate.location_name, text_of(minutes(m.candidate.trip.seconds)),
                        str(m.status),
                    ]
                    for m in step.candidates
                ],
            }
            for step in view.state.steps
        ],
        "events": [
            [
                f"{e.contacted_on:%d-%m-%Y}", f"{e.outcome_on:%d-%m-%Y}", e.partner_name or "–", str(e.kind), e.by,
                " ".join(filter(None, [REASON_CODES.get(e.reason_code, ""), e.note, e.document and f"[{e.document}]"])),
            ]
            for e in view.events
        ],
        "settings": [
            f"Regio: {view.region_label}.",
            f"Reisdefinitie binnen een stap: {chain.definition_id}.",
            f"Geen reactie telt na {chain.no_response_attempts} pogingen op verschillende dagen.",
            f"Stap 4 (niet-bekostigd): {'aan' if chain.step4_enabled else 'uit'}.",
            f"Instellingen gezet door: {view.policy.set_by}.",
        ],
        "sources": list(dossier["sources"]),
        "digest": str(dossier["digest"]),
    }  # fmt: skip
    return to_pdf("dossier", content, at=at)


def check_pdf(scenario: Scenario, names: Mapping[str, str], gemeenten: Mapping[str, str], region_name: str) -> bytes:
    """Typeset one saved what-if as a praktijkonderwijs-check of one page."""
    found, question = scenario.comparison, scenario.question
    before, after = found.before, found.after
    old = {each.area: each for each in found.gemeenten_before}
    content = {
        "title": f"Praktijkonderwijs-check: {scenario.name}",
        "subtitle": f"{region_name} · norm {question.norm_minutes} minuten {question.how}",
        "as_of": f"{date_text(question.on)} · bewaard door {scenario.made_by} op {date_text(scenario.made_at.date())}",
        "changes": [change_sentence(each, names) for each in scenario.changes],
        "finding": comparison_sentence(found.gain, found.lose, found.minutes_saved),
        "rows": [
            ["Leerlingen met een plaats binnen de norm", text_of(before.covered), text_of(after.covered)],
            ["Leerlingen zonder zo'n plaats", text_of(before.uncovered), text_of(after.uncovered)],
            ["Aandeel", percent_text(before), percent_text(after)],
            ["Mediaan reistijd (minuten)", text_of(minutes(before.median_s)), text_of(minutes(after.median_s))],
            ["p90 reistijd (minuten)", text_of(minutes(before.p90_s)), text_of(minutes(after.p90_s))],
            ["Stand van de regio", before.status, after.status],
        ],
        "gemeenten": [
            [
                gemeenten.get(each.area, each.area), text_of(each.pupils), text_of(old[each.area].covered),
                text_of(each.covered), old[each.area].status, each.status,
            ]
            for each in found.gemeenten_after
            if each.pupils
        ],
        "suppression": SUPPRESSED,
        "sources": SOURCES,
    }  # fmt: skip
    return to_pdf("check", content, at=scenario.made_at)
