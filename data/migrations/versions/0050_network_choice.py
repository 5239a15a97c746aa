"""Which road network the installation uses."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0050_network_choice"
down_revision: str | None = "0002_jobs"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "network_choice",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chosen_by", sa.String(length=254), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_network_choice_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network_choice")),
    )


def downgrade() -> None:
    op.drop_table("network_choice")
