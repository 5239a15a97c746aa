"""What people come to do: one transaction, checks, pure rules, storage and audit. No web library, no SQL."""
