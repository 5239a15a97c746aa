"""Alembic migrations: up, down and up again on SQLite and PostgreSQL."""
