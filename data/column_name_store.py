"""What a school said earlier about the headings of its files."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from data.importers.headings import to_header
from data.importers.records import Columns
from data.tables.column_names import ColumnName

#: Characters of a heading that are kept; a longer one is not remembered.
LONGEST = 200


class ColumnNameStore:
    """Headings with their fields per kind of file and owner; the caller owns the transaction."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def load(self, importer: str, owner: tuple[str, str]) -> dict[str, str]:
        """Field by heading, as `data.importers.headings.to_header` gives it."""
        query = select(ColumnName.heading, ColumnName.field).where(
            ColumnName.importer == importer, ColumnName.owner_kind == owner[0], ColumnName.owner_key == owner[1]
        )
        return {row.heading: row.field for row in self.session.execute(query)}

    def remember(self, importer: str, owner: tuple[str, str], columns: Columns, keys: Mapping[str, str]) -> None:
        """Keep what was said; the last word about a heading counts.

        Parameters
        ----------
        importer
            Name of the kind of file.
        owner
            Kind and key of the school or the installation.
        columns
            What was said.
        keys
            Key of a field by its title, for what the user calls it.
        """
        for name, heading in columns.said:
            compared, field = to_header(heading), keys.get(name, name)
            if len(compared) > LONGEST:
                continue
            of_owner = (
                ColumnName.importer == importer, ColumnName.owner_kind == owner[0], ColumnName.owner_key == owner[1],
            )  # fmt: skip
            self.session.execute(delete(ColumnName).where(*of_owner, ColumnName.heading == compared))
            self.session.add(
                ColumnName(
                    importer=importer,
                    owner_kind=owner[0],
                    owner_key=owner[1],
                    heading=compared,
                    field=field,
                )
            )
            self.session.flush()
