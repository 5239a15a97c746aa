"""Travel: which network this installation uses."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from data.tables.base import Base


class NetworkChoice(Base):
    """The network that every trip of this installation is computed on; one row, changed by a beheerder."""

    __tablename__ = "network_choice"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(40))
    chosen_at: Mapped[datetime]
    chosen_by: Mapped[str] = mapped_column(String(254))
