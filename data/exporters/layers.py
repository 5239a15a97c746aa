"""Tables with units, and optionally a geometry per row, as CSV, XLSX, GeoJSON and GeoPackage.

One description serves every format, so that a file can never hold other figures than the page it came from.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Cell = str | int | float | bool | None
RD_NEW = "EPSG:28992"
WGS84 = "EPSG:4326"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its name in a file, its Dutch title, and its unit (empty for text)."""

    key: str
    title: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """One table.

    Attributes
    ----------
    name
        Name in a GeoPackage and of a sheet: lower case, no spaces.
    geometries
        GeoJSON geometry in WGS84 per row, ``None`` where it is unknown; empty for a table without places.
    """

    name: str
    title: str
    fields: tuple[Field, ...]
    rows: tuple[Mapping[str, Cell], ...]
    geometries: tuple[Mapping[str, Any] | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Export:
    """Tables that belong together, with of when and under which settings they are."""

    title: str
    layers: tuple[Layer, ...]
    as_of: Mapping[str, str] = field(default_factory=dict)


def to_text(value: Cell) -> str:
    """Write one cell for a Dutch spreadsheet: decimal comma, ja/nee, and no text that runs as a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, float):
        return f"{value:.1f}".replace(".", ",")
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text


def to_csv(layer: Layer) -> bytes:
    """Write one table with ``;``, a byte order mark and CRLF; the unit stands in the header."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow([each.key for each in layer.fields])
    for row in layer.rows:
        writer.writerow([to_text(row.get(each.key)) for each in layer.fields])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def to_xlsx(export: Export) -> bytes:
    """Write every table on its own sheet, numbers as numbers, and a sheet with fields, units and dates."""
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        bold = book.add_format({"bold": True})
        for layer in export.layers:
            sheet = book.add_worksheet(layer.name[:31])
            sheet.write_row(0, 0, [each.key for each in layer.fields], bold)
            for number, row in enumerate(layer.rows, start=1):
                for place, each in enumerate(layer.fields):
                    value = row.get(each.key)
                    if isinstance(value, (bool, str)):
                        sheet.write_string(number, place, to_text(value))
                    elif value is not None:
                        sheet.write_number(number, place, value)
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, max(0, len(layer.fields) - 1), 18)
        sheet = book.add_worksheet("velden")
        sheet.write_row(0, 0, ["blad", "kolom", "betekenis", "eenheid"], bold)
        number = 1
        for layer in export.layers:
            for each in layer.fields:
                sheet.write_row(number, 0, [layer.name, each.key, each.title, each.unit])
                number += 1
        sheet.set_column(0, 3, 28)
        sheet = book.add_worksheet("gegevens per")
        for number, (key, text) in enumerate(export.as_of.items()):
            sheet.write_row(number, 0, [key, text])
        sheet.set_column(0, 1, 40)
    return buffer.getvalue()


def to_geojson(export: Export) -> bytes:
    """Write every row with a place as a feature in WGS84 (RFC 7946); units stand in ``velden``."""
    features = [
        {"type": "Feature", "geometry": geometry, "properties": {"laag": layer.name, **row}}
        for layer in export.layers
        if layer.geometries
        for row, geometry in zip(layer.rows, layer.geometries, strict=True)
    ]
    units = {
        each.key: {"betekenis": each.title, "eenheid": each.unit} for layer in export.layers for each in layer.fields
    }
    content = {
        "type": "FeatureCollection",
        "title": export.title,
        "gegevens_per": dict(export.as_of),
        "velden": units,
        "features": features,
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def to_gpkg(export: Export) -> bytes:
    """Write every table with places as a layer in RD New (metres), and tables of fields and dates beside them."""
    import geopandas
    import pandas as pd
    from shapely.geometry import shape

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.gpkg"
        placed = [each for each in export.layers if each.geometries]
        for layer in placed:
            data = {each.key: [row.get(each.key) for row in layer.rows] for each in layer.fields}
            shapes = [None if geometry is None else shape(dict(geometry)) for geometry in layer.geometries]
            frame = geopandas.GeoDataFrame(data, geometry=shapes, crs=WGS84).to_crs(RD_NEW)
            units = "; ".join(
                f"{each.key}: {each.title}{f' ({each.unit})' if each.unit else ''}" for each in layer.fields
            )
            _write(frame, path, layer.name, description=f"{layer.title}. {units}", identifier=layer.title)
        fields = [
            {"laag": layer.name, "kolom": each.key, "betekenis": each.title, "eenheid": each.unit}
            for layer in placed
            for each in layer.fields
        ]
        _write(pd.DataFrame(fields), path, "velden", description="Betekenis en eenheid van elke kolom")
        dates = pd.DataFrame([{"wat": key, "waarde": text} for key, text in export.as_of.items()])
        _write(dates, path, "gegevens_per", description="Van wanneer de gegevens zijn")
        return path.read_bytes()


def _write(frame: Any, path: Path, layer: str, *, description: str, identifier: str = "") -> None:
    import pyogrio

    with warnings.catch_warnings():
        # pyogrio warns that a mixed or empty geometry column has no single type; QGIS reads it well.
        warnings.filterwarnings("ignore", message=".*geometry.*", category=UserWarning)
        pyogrio.write_dataframe(
            frame, path, layer=layer, driver="GPKG", append=path.exists(), DESCRIPTION=description,
            IDENTIFIER=identifier or layer,
        )  # fmt: skip
