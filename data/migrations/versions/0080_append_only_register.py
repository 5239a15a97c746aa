"""The journal of placements can only be added to, and a proposal keeps why a row could not be reserved"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0080_append_only_register"
down_revision: str | None = "0030_subsidy"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

#: The one change that is let through: a note becomes ``gewist`` when the pupil of the placement was erased after the
#: retention period. Every other column keeps its value.
_KEPT = ("id", "placement_id", "at", "actor", "status", "code")
_PUPIL_IS_ERASED = (
    "EXISTS (SELECT 1 FROM placement WHERE placement.id = OLD.placement_id AND placement.pupil_id LIKE 'gewist-%')"
)


def upgrade() -> None:
    op.add_column("matching_proposal_row", sa.Column("refusal", sa.Text(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        same = " AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in _KEPT)
        op.execute(
            "CREATE FUNCTION refuse_placement_entry_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF TG_OP = 'UPDATE' AND NEW.note = 'gewist' AND {same} AND {_PUPIL_IS_ERASED} THEN RETURN NEW; END IF; "
            "RAISE EXCEPTION 'placement_entry is append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER placement_entry_append_only BEFORE UPDATE OR DELETE ON placement_entry "
            "FOR EACH ROW EXECUTE FUNCTION refuse_placement_entry_change()"
        )
        op.execute(
            "CREATE FUNCTION refuse_placement_delete() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'placement is never deleted'; END $$"
        )
        op.execute(
            "CREATE TRIGGER placement_no_delete BEFORE DELETE ON placement "
            "FOR EACH ROW EXECUTE FUNCTION refuse_placement_delete()"
        )
        return
    same = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in _KEPT)
    op.execute(
        "CREATE TRIGGER placement_entry_no_update BEFORE UPDATE ON placement_entry "
        f"WHEN NOT (NEW.note = 'gewist' AND {same} AND {_PUPIL_IS_ERASED}) "
        "BEGIN SELECT RAISE(ABORT, 'placement_entry is append-only'); END"
    )
    op.execute(
        "CREATE TRIGGER placement_entry_no_delete BEFORE DELETE ON placement_entry "
        "BEGIN SELECT RAISE(ABORT, 'placement_entry is append-only'); END"
    )
    op.execute(
        "CREATE TRIGGER placement_no_delete BEFORE DELETE ON placement "
        "BEGIN SELECT RAISE(ABORT, 'placement is never deleted'); END"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER placement_no_delete ON placement")
        op.execute("DROP FUNCTION refuse_placement_delete()")
        op.execute("DROP TRIGGER placement_entry_append_only ON placement_entry")
        op.execute("DROP FUNCTION refuse_placement_entry_change()")
    else:
        for trigger in ("placement_no_delete", "placement_entry_no_delete", "placement_entry_no_update"):
            op.execute(f"DROP TRIGGER {trigger}")
    op.drop_column("matching_proposal_row", "refusal")
