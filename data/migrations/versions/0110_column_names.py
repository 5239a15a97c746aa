"""What a school said that the columns of its files are."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0110_column_names"
down_revision: str | None = "0082_journal_not_replaced"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "import_column_name",
        sa.Column("importer", sa.String(60), nullable=False),
        sa.Column("owner_kind", sa.String(20), nullable=False),
        sa.Column("owner_key", sa.String(60), nullable=False),
        sa.Column("heading", sa.String(200), nullable=False),
        sa.Column("field", sa.String(60), nullable=False),
        sa.PrimaryKeyConstraint("importer", "owner_kind", "owner_key", "heading", name=op.f("pk_import_column_name")),
    )


def downgrade() -> None:
    op.drop_table("import_column_name")
