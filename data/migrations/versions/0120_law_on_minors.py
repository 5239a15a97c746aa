"""What the law on minors at work asks: hours and tasks of a place, age group and school hours of a pupil, a signature"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0120_law_on_minors"
down_revision: str | None = "0111_import_columns"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("internship_place", sa.Column("hours", sa.Text(), nullable=True))
    op.add_column("internship_place", sa.Column("tasks", sa.Text(), nullable=True))
    op.add_column("internship_place", sa.Column("overseen", sa.Boolean(), nullable=True))
    op.add_column("internship_place", sa.Column("sunday", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("internship_place", sa.Column("internal", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("pupil", sa.Column("age_group", sa.String(length=6), nullable=True))
    op.add_column("pupil", sa.Column("age_change", sa.String(length=7), nullable=True))
    op.add_column("pupil", sa.Column("school_hours", sa.Text(), nullable=True))
    # Who was 16 or older is judged by the stricter of the two groups; who was younger must be asked.
    op.execute(sa.text("UPDATE pupil SET age_group = '16-17' WHERE sixteen"))
    op.create_table(
        "parent_signature",
        sa.Column("placement_id", sa.String(length=32), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["placement_id"], ["placement.id"], name=op.f("fk_parent_signature_placement_id_placement")
        ),
        sa.PrimaryKeyConstraint("placement_id", name=op.f("pk_parent_signature")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_parent_signature_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'parent_signature is append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER parent_signature_append_only BEFORE UPDATE OR DELETE ON parent_signature "
            "FOR EACH ROW EXECUTE FUNCTION refuse_parent_signature_change()"
        )
        return
    for what in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER parent_signature_no_{what.lower()} BEFORE {what} ON parent_signature "
            "BEGIN SELECT RAISE(ABORT, 'parent_signature is append-only'); END"
        )
    op.execute(
        "CREATE TRIGGER parent_signature_no_replace BEFORE INSERT ON parent_signature "
        "WHEN EXISTS (SELECT 1 FROM parent_signature WHERE placement_id = NEW.placement_id) "
        "BEGIN SELECT RAISE(ABORT, 'parent_signature is append-only'); END"
    )


def downgrade() -> None:
    op.drop_table("parent_signature")  # its triggers go with it
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_parent_signature_change()")
    for column in ("school_hours", "age_change", "age_group"):
        op.drop_column("pupil", column)
    for column in ("internal", "sunday", "overseen", "tasks", "hours"):
        op.drop_column("internship_place", column)
