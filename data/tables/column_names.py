"""What a school said that the columns of its files are, so that its next file needs no question."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from data.tables.base import Base


class ColumnName(Base):
    """One heading of one kind of file of one owner, and the field that it is; ``niet`` leaves the column out."""

    __tablename__ = "import_column_name"

    importer: Mapped[str] = mapped_column(String(60), primary_key=True)
    owner_kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    owner_key: Mapped[str] = mapped_column(String(60), primary_key=True)
    heading: Mapped[str] = mapped_column(String(200), primary_key=True)
    field: Mapped[str] = mapped_column(String(60))
