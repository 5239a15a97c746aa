"""The table of a file of a school while it waits for a yes: only what may be kept, and cells that can be corrected.

The file itself is not kept: it may hold identity numbers, birth dates and remarks that nobody asked for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from data.faults import Fault, InputRefused
from data.importers.columns_found import Sort, find_columns, forbidden_columns, is_bsn
from data.importers.csv_text import clean, without_control
from data.importers.fields import HIDDEN
from data.importers.grid import RawRow, Table
from data.importers.records import Columns

_MARK = b"\x00stageroute-table\n"
#: Characters of one corrected cell.
LONGEST_CELL = 500


def only_what_may_be_kept(sort: Sort, table: Table, columns: Columns) -> Table:
    """Empty the columns that are not read, and hide numbers that look like a BSN in a list of pupils.

    As long as the columns are not all known, only those are emptied that must never come in.
    """
    try:
        used = set(find_columns(sort, table, columns).place.values())
        drop = set(range(len(table.header))) - used
    except InputRefused:
        drop = forbidden_columns(sort, table)

    def kept(index: int, cell: str) -> str:
        if index in drop:
            return ""
        return HIDDEN if sort.of_pupils and cell.isdigit() and is_bsn(cell) else cell

    header = tuple(HIDDEN if sort.of_pupils and is_bsn(title) else title for title in table.header)
    rows = tuple(RawRow(row.line, tuple(kept(*each) for each in enumerate(row.cells))) for row in table.rows)
    titles = {table.header[index] for index in drop}
    faults = tuple(fault for fault in table.faults if fault.column is None or fault.column not in titles)
    return replace(table, header=header, rows=rows, faults=faults)


def correct(table: Table, cells: Mapping[tuple[int, int], str]) -> Table:
    """Put other text in cells, by line and index of the column; what was wrong with such a cell is forgotten."""
    rows = tuple(
        RawRow(
            row.line,
            tuple(
                clean(without_control(cells[row.line, index])[:LONGEST_CELL]) if (row.line, index) in cells else cell
                for index, cell in enumerate(row.cells)
            ),
        )
        for row in table.rows
    )
    done = {(line, table.header[index]) for line, index in cells if index < len(table.header)}
    faults = tuple(fault for fault in table.faults if (fault.line, fault.column) not in done)
    return replace(table, rows=rows, faults=faults)


def to_bytes(table: Table) -> bytes:
    """Write a table to keep it."""
    parts = {
        "file": table.file,
        "header": table.header,
        "header_line": table.header_line,
        "rows": [[row.line, *row.cells] for row in table.rows],
        "faults": [[fault.line, fault.column, fault.value, fault.expected] for fault in table.faults],
        "remarks": table.remarks,
        "from_1904": table.from_1904,
    }
    return _MARK + json.dumps(parts, ensure_ascii=False).encode()


def from_bytes(content: bytes) -> Table | None:
    """Read a table that `to_bytes` wrote; ``None`` when the bytes are a file as it came in."""
    if not content.startswith(_MARK):
        return None
    parts = json.loads(content[len(_MARK) :])
    return Table(
        parts["file"],
        tuple(parts["header"]),
        parts["header_line"],
        tuple(RawRow(line, tuple(cells)) for line, *cells in parts["rows"]),
        tuple(Fault(parts["file"], *fault) for fault in parts["faults"]),
        tuple(parts["remarks"]),
        parts["from_1904"],
    )
