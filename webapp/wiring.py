"""The composition root: the one place where stores, domain and services are joined."""
