"""The secret key of the installation, kept outside the database."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def load_secret(home: Path) -> str:
    """Return the secret key of the installation, made once and readable by its owner only."""
    path = home / "secret"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        secret = path.read_text("ascii").strip()
        if len(secret) < 32:
            # Another process may have made the file and not yet filled it; an empty key would be worse than a stop.
            message = f"{path} is leeg of beschadigd; verwijder het bestand, dan wordt een nieuw geheim gemaakt"
            raise RuntimeError(message) from None
        return secret
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        secret = secrets.token_urlsafe(48)
        file.write(secret)
    return secret
