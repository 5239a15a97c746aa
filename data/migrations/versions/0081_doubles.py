"""Decisions about two rows that look alike: companies, places and pupils alike"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0081_doubles"
down_revision: str | None = "0080_append_only_register"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "double_decision",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("one_id", sa.String(length=40), nullable=False),
        sa.Column("other_id", sa.String(length=40), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("kind", "one_id", "other_id", name=op.f("pk_double_decision")),
    )
    op.execute(
        "INSERT INTO double_decision (kind, one_id, other_id, decision, decided_at, decided_by) "
        "SELECT 'bedrijf', one_id, other_id, decision, decided_at, decided_by FROM company_pair"
    )
    op.drop_table("company_pair")


def downgrade() -> None:
    op.create_table(
        "company_pair",
        sa.Column("one_id", sa.String(length=40), nullable=False),
        sa.Column("other_id", sa.String(length=40), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["one_id"], ["company.id"], name=op.f("fk_company_pair_one_id_company")),
        sa.ForeignKeyConstraint(["other_id"], ["company.id"], name=op.f("fk_company_pair_other_id_company")),
        sa.PrimaryKeyConstraint("one_id", "other_id", name=op.f("pk_company_pair")),
    )
    op.execute(
        "INSERT INTO company_pair (one_id, other_id, decision, decided_at, decided_by) "
        "SELECT one_id, other_id, decision, decided_at, decided_by FROM double_decision WHERE kind = 'bedrijf'"
    )
    op.drop_table("double_decision")
