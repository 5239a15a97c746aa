"""Roles and scopes, accounts, logging in, and who did what."""
