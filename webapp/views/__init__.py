"""Pages: they ask a service and fill a template."""
