"""An empty file with the right columns and a few example rows, as CSV and as XLSX."""

from __future__ import annotations

import csv
import io

from data.importers.framework import Importer
from data.importers.reading import DATA_SHEET


def to_rows(importer: Importer) -> list[list[str]]:
    """Return the header and the example rows."""
    count = max((len(column.example) for column in importer.columns), default=0)
    rows = [[column.title for column in importer.columns]]
    rows += [
        [column.example[number] if number < len(column.example) else "" for column in importer.columns]
        for number in range(count)
    ]
    return rows


def to_csv(importer: Importer) -> bytes:
    """Write the template as CSV with ``;``, a byte order mark and CRLF, which spreadsheets open as meant."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";", lineterminator="\r\n").writerows(to_rows(importer))
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def to_xlsx(importer: Importer) -> bytes:
    """Write the template as XLSX: a sheet to fill in, where every cell is text, and a sheet that explains."""
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        bold, plain = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(DATA_SHEET)
        for number, row in enumerate(to_rows(importer)):
            for place, cell in enumerate(row):
                sheet.write_string(number, place, cell, bold if number == 0 else plain)
        sheet.set_column(0, len(importer.columns) - 1, 20, plain)
        sheet.freeze_panes(1, 0)
        help_sheet = book.add_worksheet("Uitleg")
        help_sheet.write_row(0, 0, ["Kolom", "Verplicht", "Uitleg"], bold)
        for number, column in enumerate(importer.columns, start=1):
            filled = "ja" if column.required and column.filled else "nee"
            help_sheet.write_row(number, 0, [column.title, filled, column.explanation])
        help_sheet.set_column(0, 0, 28)
        help_sheet.set_column(2, 2, 80)
    return buffer.getvalue()
