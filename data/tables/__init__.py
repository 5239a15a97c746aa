"""The tables, one module per subject; importing this package knows them all."""

from data.tables import (
    accounts,
    audit,
    column_names,
    imports,
    jobs,
    matching,
    organisation,
    partners,
    subsidy,
    travel,
)
from data.tables.base import Base

__all__ = [
    "Base",
    "accounts",
    "audit",
    "column_names",
    "imports",
    "jobs",
    "matching",
    "organisation",
    "partners",
    "subsidy",
    "travel",
]
