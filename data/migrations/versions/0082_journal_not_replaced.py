"""A line of the journal of placements cannot be replaced either: SQLite's REPLACE deletes without asking a trigger"""

from collections.abc import Sequence

from alembic import op

revision: str = "0082_journal_not_replaced"
down_revision: str | None = "0081_doubles"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        return  # INSERT … ON CONFLICT DO UPDATE is an update there, which is refused already
    op.execute(
        "CREATE TRIGGER placement_entry_no_replace BEFORE INSERT ON placement_entry "
        "WHEN EXISTS (SELECT 1 FROM placement_entry WHERE id = NEW.id) "
        "BEGIN SELECT RAISE(ABORT, 'placement_entry is append-only'); END"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        op.execute("DROP TRIGGER placement_entry_no_replace")
