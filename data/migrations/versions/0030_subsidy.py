"""The tegemoetkoming; the database itself keeps counts, calculations, steps and journal append-only."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0030_subsidy"
down_revision: str | None = "0070_partners"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

APPEND_ONLY = ("telling", "telling_count", "regeling_basis", "subsidy_calculation", "subsidy_step", "subsidy_entry")


def upgrade() -> None:
    op.create_table(
        "telling",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("teldatum", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("masking", sa.String(length=300), nullable=False),
        sa.Column("derived_from", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.String(length=254), nullable=False),
        sa.ForeignKeyConstraint(["derived_from"], ["telling.id"], name=op.f("fk_telling_derived_from_telling")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_telling")),
        sa.UniqueConstraint("digest", name=op.f("uq_telling_digest")),
    )
    op.create_table(
        "telling_count",
        sa.Column("telling_id", sa.Integer(), nullable=False),
        sa.Column("vestiging", sa.String(length=6), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("maximum", sa.Integer(), nullable=False),
        sa.Column("bestuur", sa.String(length=10), nullable=True),
        sa.Column("basis", sa.String(length=12), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint("0 <= minimum AND minimum <= maximum", name=op.f("ck_telling_count_interval")),
        sa.ForeignKeyConstraint(["telling_id"], ["telling.id"], name=op.f("fk_telling_count_telling_id_telling")),
        sa.PrimaryKeyConstraint("telling_id", "vestiging", name=op.f("pk_telling_count")),
    )
    op.create_table(
        "telling_override",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("telling_id", sa.Integer(), nullable=False),
        sa.Column("vestiging", sa.String(length=6), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.String(length=254), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.String(length=254), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("result_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["result_id"], ["telling.id"], name=op.f("fk_telling_override_result_id_telling")),
        sa.ForeignKeyConstraint(["telling_id"], ["telling.id"], name=op.f("fk_telling_override_telling_id_telling")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_telling_override")),
    )
    with op.batch_alter_table("telling_override", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_telling_override_telling_id"), ["telling_id"], unique=False)
    op.create_table(
        "regeling_basis",
        sa.Column("regeling_id", sa.String(length=60), nullable=False),
        sa.Column("telling_id", sa.Integer(), nullable=False),
        sa.Column("pinned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pinned_by", sa.String(length=254), nullable=False),
        sa.ForeignKeyConstraint(["telling_id"], ["telling.id"], name=op.f("fk_regeling_basis_telling_id_telling")),
        sa.PrimaryKeyConstraint("regeling_id", name=op.f("pk_regeling_basis")),
    )
    op.create_table(
        "subsidy_calculation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("regeling_id", sa.String(length=60), nullable=False),
        sa.Column("telling_id", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["telling_id"], ["telling.id"], name=op.f("fk_subsidy_calculation_telling_id_telling")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subsidy_calculation")),
    )
    with op.batch_alter_table("subsidy_calculation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_subsidy_calculation_regeling_id"), ["regeling_id"], unique=False)
    op.create_table(
        "subsidy_step",
        sa.Column("calculation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("signed_by", sa.String(length=254), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["calculation_id"],
            ["subsidy_calculation.id"],
            name=op.f("fk_subsidy_step_calculation_id_subsidy_calculation"),
        ),
        sa.PrimaryKeyConstraint("calculation_id", "number", name=op.f("pk_subsidy_step")),
    )
    op.create_table(
        "subsidy_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("calculation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=20), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("signed_by", sa.String(length=254), nullable=False),
        sa.Column("counter", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(
            ["calculation_id"],
            ["subsidy_calculation.id"],
            name=op.f("fk_subsidy_entry_calculation_id_subsidy_calculation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subsidy_entry")),
        sa.UniqueConstraint("calculation_id", "number", name=op.f("uq_subsidy_entry_calculation_id_number")),
    )
    _forbid_changes()


def _forbid_changes() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_subsidy_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
        for table in APPEND_ONLY:
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_subsidy_change()"
            )
        return
    for table in APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in APPEND_ONLY:
            op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        op.execute("DROP FUNCTION refuse_subsidy_change()")
    else:
        for table in APPEND_ONLY:
            for verb in ("update", "delete"):
                op.execute(f"DROP TRIGGER {table}_no_{verb}")
    op.drop_table("subsidy_entry")
    op.drop_table("subsidy_step")
    with op.batch_alter_table("subsidy_calculation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_subsidy_calculation_regeling_id"))
    op.drop_table("subsidy_calculation")
    op.drop_table("regeling_basis")
    with op.batch_alter_table("telling_override", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_telling_override_telling_id"))
    op.drop_table("telling_override")
    op.drop_table("telling_count")
    op.drop_table("telling")
