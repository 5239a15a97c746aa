"""Files in: read, check every row, show the difference, save all or nothing."""
