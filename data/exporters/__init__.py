"""Files out: csv, xlsx, pdf and map formats."""
