"""The column index of open places, per process."""
