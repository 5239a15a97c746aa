"""How figures of partners are rounded and said: minutes, per cent, sentences, and what is left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from matching.partners.model import date_text
from matching.partners.suppression import AreaFigures
from matching.partners.what_if import Change, ChangeKind

SUPPRESSED = (
    "Groepen van minder dan 5 leerlingen staan in geen enkel cijfer. Wie deels is gedekt, telt in stappen van 5 mee, "
    "zodat ook het verschil van twee cijfers nooit over minder dan 5 leerlingen gaat."
)
SOURCES = (
    "Bron van de opdracht: Kamerbrief ontwikkelingen en knelpunten in het praktijkonderwijs, 30-08-2024, par. 2.6 "
    "(dekkend aanbod in elke regio waar behoefte is). Gemeten vanaf de vestiging; alleen bekostigde mbo's in de regio "
    "met vrije plaatsen tellen mee."
)
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def minutes(seconds: int | None) -> int | None:
    """Round seconds up to whole minutes."""
    return None if seconds is None else -(-seconds // 60)


def percent(figures: AreaFigures) -> float | None:
    """Return the covered share in per cent with one decimal."""
    return None if figures.share is None else round(float(figures.share * 100), 1)


def as_of_text(as_of: Mapping[str, str]) -> str:
    """Say of which day and by which definitions figures are, in one line."""
    parts = []
    for key, value in as_of.items():
        shown = date_text(date.fromisoformat(value)) if _ISO_DAY.fullmatch(value) else value
        if key == "op":
            parts.append(shown)
        else:
            parts.append(f"norm {value} minuten" if key == "norm_minuten" else f"{key} {shown}")
    return " · ".join(parts)


def text_of(value: object) -> str:
    """Write a figure in Dutch; a dash where there is none."""
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.1f}".replace(".", ",")
    return str(value)


def percent_text(figures: AreaFigures) -> str:
    """Write the covered share with its sign; a dash where there is no need."""
    share = percent(figures)
    return "–" if share is None else f"{text_of(share)}%"


def change_sentence(change: Change, names: Mapping[str, str]) -> str:
    """Say one change of a scenario in words."""
    name = change.name or names.get(change.location_id, change.location_id)
    seats = "zonder bekende grens" if change.seats is None else f"met {change.seats} plaatsen"
    if change.kind is ChangeKind.CLOSE:
        return f"{name} sluit."
    if change.kind is ChangeKind.ADD:
        return f"Nieuwe partner: {name}, {seats}."
    return f"{name} gaat verder {seats}."


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
