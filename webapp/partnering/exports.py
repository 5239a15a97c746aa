"""The region, the what-if and the dossier as files: the same published figures in every format."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from data.exporters.layers import Cell, Export, Field, Layer, to_csv, to_geojson, to_gpkg, to_xlsx
from data.exporters.typeset import to_pdf
from matching.landkaart import Collaboration
from matching.partner_log import REASON_CODES
from matching.partner_model import date_text
from matching.suppression import AreaFigures, published_level
from matching.what_if import Change, ChangeKind
from webapp.partnering.chain import ChainView
from webapp.partnering.coverage import RegionCoverage
from webapp.partnering.scenarios import Scenario

FORMATS = ("csv", "xlsx", "geojson", "gpkg", "pdf", "json")
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
    "pdf": "application/pdf",
    "json": "application/json",
}
SUPPRESSED = (
    "Groepen van minder dan 5 leerlingen staan in geen enkel cijfer. Wie deels is gedekt, telt in stappen van 5 mee, "
    "zodat ook het verschil van twee cijfers nooit over minder dan 5 leerlingen gaat."
)
SOURCES = (
    "Bron van de opdracht: Kamerbrief ontwikkelingen en knelpunten in het praktijkonderwijs, 30-08-2024, par. 2.6 "
    "(dekkend aanbod in elke regio waar behoefte is). Gemeten vanaf de vestiging; alleen bekostigde mbo's in de regio "
    "met vrije plaatsen tellen mee."
)
_AREA_FIELDS = (
    Field("gemeentecode", "Gemeentecode (CBS)"),
    Field("gemeente", "Gemeente"),
    Field("leerlingen", "Pro-leerlingen op de vestigingen", "leerlingen"),
    Field("gedekt", "Leerlingen met een plaats bij een bekostigde partner binnen de norm", "leerlingen"),
    Field("niet_gedekt", "Leerlingen zonder zo'n plaats", "leerlingen"),
    Field("aandeel_pct", "Aandeel gedekt", "procent"),
    Field("mediaan_min", "Mediaan van de reistijd naar de dichtstbijzijnde partner", "minuten"),
    Field("p90_min", "Reistijd waar 90 procent van de leerlingen onder blijft", "minuten"),
    Field("scholen", "Vestigingen met 5 of meer pro-leerlingen", "vestigingen"),
    Field("scholen_met_overeenkomst", "Daarvan met een geldige overeenkomst", "vestigingen"),
    Field("partners", "Locaties van bekostigde mbo's", "locaties"),
    Field("partners_met_plaats", "Daarvan met vrije plaatsen of zonder opgegeven capaciteit", "locaties"),
    Field("stand", "Geen behoefte, witte vlek, geen overeenkomst of gedekt"),
)


def minutes(seconds: int | None) -> int | None:
    """Round seconds up to whole minutes."""
    return None if seconds is None else -(-seconds // 60)


def percent(figures: AreaFigures) -> float | None:
    """Return the covered share in per cent with one decimal."""
    return None if figures.share is None else round(float(figures.share * 100), 1)


def area_row(figures: AreaFigures, name: str) -> dict[str, Cell]:
    """Write the figures of one area under the names of the files."""
    return {
        "gemeentecode": figures.area,
        "gemeente": name,
        "leerlingen": figures.pupils,
        "gedekt": figures.covered,
        "niet_gedekt": figures.uncovered,
        "aandeel_pct": percent(figures),
        "mediaan_min": minutes(figures.median_s),
        "p90_min": minutes(figures.p90_s),
        "scholen": figures.schools,
        "scholen_met_overeenkomst": figures.schools_with_agreement,
        "partners": figures.partners,
        "partners_met_plaats": figures.partners_with_seats,
        "stand": figures.status,
    }


def to_export(region: RegionCoverage) -> Export:
    """Describe the region as layers: gemeenten, schools, partners, and places per sector."""
    gemeenten = Layer(
        "gemeenten",
        "Dekking per gemeente",
        _AREA_FIELDS,
        tuple(area_row(each, region.gemeente_names.get(each.area, each.area)) for each in region.gemeenten),
        tuple(region.borders.get(each.area) for each in region.gemeenten),
    )
    sectors = Layer(
        "stageplekken",
        "Stageplekken per sector",
        (
            Field("sector", "Sector"),
            Field("plekken", "Stageplekken", "plekken"),
            Field("stoelen", "Plaatsen samen", "plaatsen"),
        ),
        tuple({"sector": s.sector, "plekken": s.places, "stoelen": s.seats} for s in region.sectors),
    )
    return Export(
        f"Dekking {region.region_name}", (gemeenten, _schools(region), _partners(region), sectors), region.as_of
    )  # fmt: skip


def _schools(region: RegionCoverage) -> Layer:
    fields = (
        Field("vestiging", "Vestigingscode"),
        Field("naam", "School"),
        Field("leerlingen", "Pro-leerlingen; leeg is minder dan 5", "leerlingen"),
        Field("gedekt", "Leerlingen met een plaats binnen de norm", "leerlingen"),
        Field("dichtstbij_min", "Reistijd naar de dichtstbijzijnde bekostigde partner", "minuten"),
        Field("geldige_overeenkomst", "Geldige overeenkomst met een mbo"),
    )
    place = {each.vestiging: each for each in region.schools}
    rows: list[Mapping[str, Cell]] = []
    shapes = []
    for point in region.exact.points:
        size = point.need.pupils
        known = size == 0 or size >= 5
        school = place[point.need.point_id]
        rows.append(
            {
                "vestiging": school.vestiging,
                "naam": school.name,
                "leerlingen": size if known else None,
                "gedekt": published_level(size, point.covered) if known else None,
                "dichtstbij_min": minutes(point.nearest.seconds),
                "geldige_overeenkomst": point.need.has_agreement,
            }
        )
        shapes.append({"type": "Point", "coordinates": [school.lon, school.lat]})
    return Layer("scholen", "Scholen voor praktijkonderwijs", fields, tuple(rows), tuple(shapes))


def _partners(region: RegionCoverage) -> Layer:
    fields = (
        Field("locatiecode", "Locatiecode"),
        Field("mbo", "Mbo-instelling"),
        Field("locatie", "Locatie"),
        Field("bekostigd", "Bekostigd"),
        Field("stap", "Eerste stap in de keten voor een school in deze regio"),
        Field("capaciteit", "Pro-leerlingen tegelijk; leeg is niet opgegeven", "leerlingen"),
        Field("plaatsen_vrij", "Vrije plaatsen; leeg is niet opgegeven", "leerlingen"),
        Field("crebos", "Entreekwalificaties"),
    )
    rows = tuple(
        {
            "locatiecode": place.location_id,
            "mbo": mbo.name,
            "locatie": place.name,
            "bekostigd": mbo.bekostigd,
            "stap": step,
            "capaciteit": place.capacity,
            "plaatsen_vrij": place.seats_free,
            "crebos": ", ".join(place.offers_on(region.question.on, None)),
        }
        for mbo, place, step in region.locations
    )
    shapes = tuple({"type": "Point", "coordinates": [p.lon, p.lat]} for _, p, _ in region.locations)
    return Layer("partners", "Mbo-partners", fields, rows, shapes)


def region_json(region: RegionCoverage) -> dict[str, Any]:
    """Write the region for the API and ``--format json``."""
    return {
        "regio": region.question.region,
        "naam": region.region_name,
        "bevinding": region.finding,
        "totaal": {**area_row(region.total, region.region_name), "gemeentecode": None},
        "gemeenten": [
            area_row(each, region.gemeente_names.get(each.area, each.area)) for each in region.gemeenten
        ],
        "keten": {each.label: each.schools for each in region.chain},
        "sectoren": [{"sector": s.sector, "plekken": s.places, "plaatsen": s.seats} for s in region.sectors],
        "zonder_regio": [{"vestiging": code, "reden": why} for code, why in region.unplaced],
        "onderdrukking": SUPPRESSED,
        "as_of": dict(region.as_of),
    }  # fmt: skip


def region_file(region: RegionCoverage, form: str, *, at: datetime) -> bytes:
    """Write a region in one of ``FORMATS``."""
    export = to_export(region)
    if form == "csv":
        return to_csv(export.layers[0])
    if form == "xlsx":
        return to_xlsx(export)
    if form == "geojson":
        return to_geojson(export)
    if form == "gpkg":
        return to_gpkg(export)
    if form == "json":
        return json.dumps(region_json(region), ensure_ascii=False, indent=1).encode()
    return to_pdf("region", _region_content(region), at=at)


def _as_of_text(as_of: Mapping[str, str]) -> str:
    return " · ".join(f"{key.replace('_', ' ')}: {text}" for key, text in as_of.items())


def _text(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.1f}".replace(".", ",")
    return str(value)


def _percent_text(figures: AreaFigures) -> str:
    share = percent(figures)
    return "–" if share is None else f"{_text(share)}%"


def _region_content(region: RegionCoverage) -> dict[str, Any]:
    total = region.total
    per_100 = total.pupils or None
    return {
        "title": f"Entreepartners in {region.region_name}",
        "subtitle": f"Norm: {region.question.norm_minutes} minuten {region.question.how}, enkele reis, op "
        f"{date_text(region.question.on)}",
        "as_of": _as_of_text(region.as_of),
        "finding": region.finding,
        "facts": [
            ["Pro-leerlingen", _text(total.pupils)],
            ["Met een plaats bij een bekostigde partner binnen de norm", f"{total.covered} ({_percent_text(total)})"],
            ["Mediaan van de reistijd naar de dichtstbijzijnde partner (minuten)", _text(minutes(total.median_s))],
            ["90 procent van de leerlingen reist hooguit (minuten)", _text(minutes(total.p90_s))],
            ["Vestigingen met een geldige overeenkomst", f"{total.schools_with_agreement} van {total.schools}"],
            ["Locaties van bekostigde mbo's, met vrije plaatsen", f"{total.partners}, {total.partners_with_seats}"],
        ],
        "gemeenten": [
            [
                region.gemeente_names.get(each.area, each.area), _text(each.pupils), _text(each.covered),
                _percent_text(each), _text(minutes(each.median_s)), _text(minutes(each.p90_s)), each.status,
            ]
            for each in region.gemeenten
        ],
        "suppression": SUPPRESSED,
        "chain": [[each.label, _text(each.schools)] for each in region.chain],
        "partners": [
            [mbo.name, place.name, "ja" if mbo.bekostigd else "nee", _text(step), _text(place.seats_free)]
            for mbo, place, step in region.locations
        ],
        "sectors": [
            [s.sector, _text(s.places), _text(round(100 * s.places / per_100, 1) if per_100 else None)]
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
        "as_of": _as_of_text(view.as_of()),
        "finding": view.state.opens_next,
        "banner": view.state.banner,
        "steps": [
            {
                "title": f"Stap {step.step}: {step.title}",
                "finding": step.finding,
                "rows": [
                    [
                        m.candidate.name, m.candidate.location_name, _text(minutes(m.candidate.trip.seconds)),
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


def change_sentence(change: Change, names: Mapping[str, str]) -> str:
    """Say one change of a scenario in words."""
    name = change.name or names.get(change.location_id, change.location_id)
    seats = "zonder bekende grens" if change.seats is None else f"met {change.seats} plaatsen"
    if change.kind is ChangeKind.CLOSE:
        return f"{name} sluit."
    if change.kind is ChangeKind.ADD:
        return f"Nieuwe partner: {name}, {seats}."
    return f"{name} gaat verder {seats}."


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
            ["Leerlingen met een plaats binnen de norm", _text(before.covered), _text(after.covered)],
            ["Leerlingen zonder zo'n plaats", _text(before.uncovered), _text(after.uncovered)],
            ["Aandeel", _percent_text(before), _percent_text(after)],
            ["Mediaan reistijd (minuten)", _text(minutes(before.median_s)), _text(minutes(after.median_s))],
            ["p90 reistijd (minuten)", _text(minutes(before.p90_s)), _text(minutes(after.p90_s))],
        ],
        "gemeenten": [
            [
                gemeenten.get(each.area, each.area), _text(each.pupils), _text(old[each.area].covered),
                _text(each.covered), old[each.area].status, each.status,
            ]
            for each in found.gemeenten_after
            if each.pupils
        ],
        "suppression": SUPPRESSED,
        "sources": SOURCES,
    }  # fmt: skip
    return to_pdf("check", content, at=scenario.made_at)


def _dutch(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def comparison_sentence(gain: int, lose: int, minutes_saved: int) -> str:
    """Say in one sentence who gains and who loses."""
    parts = [
        f"{_dutch(gain)} leerlingen krijgen een plaats binnen de norm" if gain else "Niemand krijgt er een plaats bij"
    ]
    parts.append(f"{_dutch(lose)} leerlingen verliezen die" if lose else "niemand verliest een plaats")
    change = _dutch(abs(minutes_saved))
    if minutes_saved > 0:
        parts.append(f"samen reizen leerlingen {change} minuten korter (enkele reis)")
    elif minutes_saved < 0:
        parts.append(f"samen reizen leerlingen {change} minuten langer (enkele reis)")
    return ", ".join(parts[:-1]) + f" en {parts[-1]}."


def landkaart_csv(records: Sequence[Collaboration], on: date, regions: Mapping[str, str]) -> bytes:
    """Write the public list of collaborations."""
    fields = tuple(
        Field(key, title)
        for key, title in (
            ("titel", "Titel"), ("regio", "Regio"), ("stand", "Stand"), ("sinds", "Sinds"), ("sectoren", "Sectoren"),
            ("routes", "Routes"), ("scholen", "Scholen"), ("mbo", "Mbo"), ("bron", "Bron"),
        )
    )  # fmt: skip
    rows = tuple(
        {
            "titel": each.title,
            "regio": regions.get(each.region, each.region),
            "stand": str(each.rung_on(on)),
            "sinds": max(c.on for c in each.ladder if c.on <= on).isoformat(),
            "sectoren": ", ".join(each.sectors),
            "routes": ", ".join(each.routes),
            "scholen": each.schools,
            "mbo": each.partner,
            "bron": each.source,
        }
        for each in records
    )
    return to_csv(Layer("landkaart", "Landkaart", fields, rows))


def file_name(region: str, form: str, on: date) -> str:
    """Name a download."""
    return f"dekking-{region}-{on:%Y-%m-%d}.{form}"
