"""Around every request: headers, errors, one moment, one queue, a warm start."""
