"""Merenveld comes to life through the same use cases as real data."""
