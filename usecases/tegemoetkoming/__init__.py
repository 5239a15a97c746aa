"""Tellingen, decisions and the ledger of the tegemoetkoming reiskosten."""
