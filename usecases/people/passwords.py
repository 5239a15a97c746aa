"""Password hashes: argon2, and a verification that takes as long for an account that does not exist."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from data.faults import InputRefused

MINIMUM = 12
MAXIMUM = 200


class Passwords:
    """Hash and verify.

    Parameters
    ----------
    strong
        Use the library's own defaults (RFC 9106, low memory); the demo and the tests hash often and use the smaller
        OWASP minimum.
    """

    def __init__(self, *, strong: bool) -> None:
        self._hasher = PasswordHasher() if strong else PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        self._nobody = self._hasher.hash("an account that does not exist takes as long as one that does")

    def hash(self, password: str) -> str:
        """Return the hash of an acceptable password.

        Raises
        ------
        InputRefused
            The password is too short or too long.
        """
        if len(password) < MINIMUM:
            raise InputRefused.because(f"Kies een wachtwoord van ten minste {MINIMUM} tekens.")
        if len(password) > MAXIMUM:
            raise InputRefused.because(f"Kies een wachtwoord van ten hoogste {MAXIMUM} tekens.")
        return self._hasher.hash(password)

    def matches(self, password_hash: str | None, password: str) -> bool:
        """Whether the password has this hash; without a hash it takes the same time and is wrong."""
        try:
            self._hasher.verify(password_hash or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        return password_hash is not None
