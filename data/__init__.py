"""All storage and file formats; the only SQLAlchemy."""
