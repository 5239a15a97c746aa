"""Jobs, imports and the work of the day."""
