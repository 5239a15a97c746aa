"""Entree partners: the chain, agreements, coverage."""
