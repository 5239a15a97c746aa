"""An importer into a real table that is small enough to follow by eye."""

from __future__ import annotations

from data.tables.organisation import Gemeente
from tests.data.importers.files import PlaceImporter


class GemeenteImporter(PlaceImporter):
    """Names of gemeenten, into the real table."""

    name = "gemeenten"
    title = "Gemeenten"
    complete = False

    def existing(self, session, _run):
        return {row.code: {"code": row.code, "name": row.name, "pupils": None} for row in session.query(Gemeente).all()}

    def save(self, session, diff, _run):
        for change in (*diff.new, *diff.changed):
            session.merge(Gemeente(code=change.key, name=change.after["name"]))
