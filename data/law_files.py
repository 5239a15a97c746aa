"""Load the rules on minors at work that ship with the program."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from matching.places import law
from matching.places.law.rulebook import LawError, Rulebook, parse_rulebook

SHIPPED = Path(law.__file__).parent / "rules" / "jeugd-en-arbeid.toml"


def load_rulebook_of(path: Path) -> Rulebook:
    """Load one rule file.

    Raises
    ------
    LawError
        It cannot be read, or it is refused; the place and the value are named.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LawError(f"{path.name}: dit bestand kan niet als tekst (UTF-8) worden gelezen.") from error
    return parse_rulebook(text, path.name)


@cache
def load_rulebook() -> Rulebook:
    """Load the rules of this program, once per process."""
    return load_rulebook_of(SHIPPED)
