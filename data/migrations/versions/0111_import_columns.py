"""What is said about the columns and lines of one offered file."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0111_import_columns"
down_revision: str | None = "0110_column_names"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("import_run", sa.Column("columns", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("import_run", "columns")
