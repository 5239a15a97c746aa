"""A proposal that proves itself: a certificate, and a checker that trusts nothing but whole numbers."""
