"""Open an XLSX file, the only place where that happens: every sheet as rows of text, hidden or not."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterable
from datetime import date, datetime, time
from xml.etree import ElementTree as ET

from data.importers.csv_text import clean, without_control
from data.importers.grid import PADDING, RawRow, Sheet, refuse
from data.importers.xlsx import UnsafeWorkbookError, check_workbook, split_cell

DAMAGED = "Het XLSX-bestand is beschadigd. Sla het opnieuw op."


def read_workbook(file: str, content: bytes) -> list[Sheet]:
    """Read every sheet of a workbook.

    Parameters
    ----------
    file
        Name for messages.
    content
        The bytes, within the size limit of an upload.

    Returns
    -------
    list of Sheet
        In the order of the tabs; sheets that are charts are left out.

    Raises
    ------
    InputRefused
        The workbook is damaged, locked, or made to do harm.
    """
    try:
        formulas = check_workbook(content)
        return _sheets(content, formulas)
    except UnsafeWorkbookError as error:
        raise refuse(file, str(error)) from error
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        # A damaged zip raises zlib.error, LookupError, struct.error, KeyError, the error of the reader, a panic of the
        # Rust library (which is no Exception) and more: what they share is that the bytes of the user cannot be read.
        raise refuse(file, DAMAGED) from error


def _sheets(content: bytes, formulas: dict[str, list[str]]) -> list[Sheet]:
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    parts, from_1904 = _describe(content)
    found = []
    for meta in book.sheets_metadata:
        if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        rows = book.get_sheet_by_name(meta.name).to_python(skip_empty_area=False)
        found.append(
            Sheet(
                meta.name,
                tuple(RawRow(number, tuple(map(_to_text, row))) for number, row in enumerate(rows, start=1)),
                visible=meta.visible == python_calamine.SheetVisibleEnum.Visible,
                even=True,
                from_1904=from_1904,
                formulas=tuple(_by_row(formulas.get(parts.get(meta.name, ""), ()))),
            )
        )
    return found


def _by_row(cells: Iterable[str]) -> Iterable[tuple[int, str]]:
    for cell in cells:
        place = split_cell(cell)
        if place is not None:
            yield place[1], cell


def _describe(content: bytes) -> tuple[dict[str, str], bool]:
    """Tell in which part of the zip each sheet is, and whether days count from 1904.

    `check_workbook` has refused own XML definitions before, so that parsing is safe.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        book = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - see above
        relations = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 - idem
    targets = {each.get("Id", ""): each.get("Target", "") for each in relations}
    parts, from_1904 = {}, False
    for each in book.iter():
        # Two editions of the format have two names for the same elements; the last part of the name is what they share.
        kind = each.tag.rpartition("}")[2]
        if kind == "sheet":
            relation = next((value for name, value in each.items() if name.endswith("}id")), "")
            target = targets.get(relation, "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
            parts[each.get("name", "")] = path
        elif kind == "workbookPr":
            from_1904 = each.get("date1904", "0").lower() in {"1", "true"}
    return parts, from_1904


def _to_text(cell: object) -> str:
    """Write a cell as a person would type it: ``34``, ``52.1``, ``2019-10-01``, ``ja``."""
    if isinstance(cell, str):
        return clean(cell)
    if isinstance(cell, bool):
        return "ja" if cell else "nee"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return without_control(str(cell)).strip(PADDING)
