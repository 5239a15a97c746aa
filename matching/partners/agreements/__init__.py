"""Dated versions of what an agreement between pro and mbo must contain, as data."""
