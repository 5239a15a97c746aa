"""Candidate locations for the best next partner, as a small CSV."""

from __future__ import annotations

import csv
import io

from data.faults import Fault, InputRefused
from matching.partners.model import Location


def read_candidates(file: str, content: bytes) -> list[Location]:
    """Read candidate locations: ``naam;lat;lon;capaciteit`` and optionally ``gemeentecode``.

    Raises
    ------
    InputRefused
        A column is missing or a row is wrong; one fault per row.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    first = text.splitlines()[0] if text.strip() else ""
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in first else ",")
    header = {name.strip().lower(): name for name in reader.fieldnames or ()}
    missing = [name for name in ("naam", "lat", "lon", "capaciteit") if name not in header]
    if missing:
        raise InputRefused([Fault(file, 1, name, None, "Deze kolom ontbreekt.") for name in missing])
    places: list[Location] = []
    faults: list[Fault] = []
    for row in reader:
        line = reader.line_num
        cells = {key: (row.get(title) or "").strip() for key, title in header.items()}
        try:
            places.append(_candidate(len(places) + 1, cells))
        except ValueError as error:
            column, _, expected = str(error).partition(": ")
            faults.append(Fault(file, line, column, cells.get(column, ""), expected))
    names = [each.name for each in places]
    faults += [
        Fault(file, None, "naam", name, "elke naam één keer")
        for name in sorted({n for n in names if names.count(n) > 1})
    ]
    if faults:
        raise InputRefused(faults)
    return places


def _candidate(number: int, cells: dict[str, str]) -> Location:
    if not cells["naam"]:
        raise ValueError("naam: een naam")
    lat, lon = _degrees(cells, "lat", 50.0, 54.0), _degrees(cells, "lon", 3.0, 8.0)
    seats = cells["capaciteit"]
    if seats and not (seats.isascii() and seats.isdecimal()):
        raise ValueError("capaciteit: een heel aantal leerlingen, of leeg als dat onbekend is")
    return Location(
        f"kandidaat-{number:03d}", cells["naam"], cells.get("gemeentecode", ""), lat, lon,
        capacity=int(seats) if seats else None,
    )  # fmt: skip


def _degrees(cells: dict[str, str], name: str, low: float, high: float) -> float:
    try:
        value = float(cells[name].replace(",", "."))
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        raise ValueError(f"{name}: graden tussen {low:g} en {high:g}")
    return value


def refuse_change(text: str) -> None:
    """Refuse a change of a what-if that cannot be read.

    Raises
    ------
    InputRefused
        Always.
    """
    raise InputRefused.because(f"De wijziging '{text[:60]}' is niet te lezen. Kies een partner en vul de plaatsen in.")
