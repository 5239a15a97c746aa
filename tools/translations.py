"""Bring the English texts up to date: read the Dutch texts of webapp, keep what is translated, compile.

Usage: ``python tools/translations.py`` writes ``webapp/translations/en/LC_MESSAGES/messages.po`` and ``.mo`` and prints
the Dutch texts that have no English yet. A Dutch text that has changed counts as a new one: guessing ("fuzzy") is
not done, because a wrong guess about money or a child is worse than Dutch.
"""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from subsidy.parameters import PARAMETERS  # noqa: E402 - the path is set above
from subsidy.words import WORDS  # noqa: E402

SOURCES = ROOT / "webapp"
FOLDER = SOURCES / "translations" / "en" / "LC_MESSAGES"
KEYWORDS = DEFAULT_KEYWORDS | {"lazy_gettext": None, "lazy_ngettext": (1, 2)}
_NO_DATE = datetime(2026, 11, 22, tzinfo=UTC)


def read_texts() -> Catalog:
    """Read every text for people in ``webapp`` and the fixed words of the rules, with where they stand."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = Catalog(locale="en", project="Stageroute", charset="utf-8")
    for path, _line, message, comments, context in extract_from_dir(
        SOURCES, methods, options, keywords=KEYWORDS, comment_tags=("Translators:",)
    ):
        found.add(message, None, [(f"webapp/{path}", 0)], auto_comments=comments, context=context)
    for word in (*WORDS.values(), *(kind.label for kind in PARAMETERS.values())):
        found.add(word, None, [("subsidy", 0)])
    return found


def read_translations() -> Catalog:
    """Read the English texts as they are now; an empty catalog when there are none."""
    path = FOLDER / "messages.po"
    if not path.exists():
        return Catalog(locale="en")
    with path.open("rb") as file:
        return read_po(file, locale="en")


def merge(texts: Catalog, known: Catalog) -> Catalog:
    """Give every Dutch text its English, where there is one; texts that are gone are left out."""
    merged = Catalog(
        locale="en", project="Stageroute", version="1", charset="utf-8", creation_date=_NO_DATE,
        revision_date=_NO_DATE, fuzzy=False, copyright_holder="Stageroute", last_translator="Stageroute",
        language_team="English", msgid_bugs_address="",
        header_comment="# English texts of Stageroute; the Dutch text is the key.",
    )  # fmt: skip
    for message in texts:
        if not message.id:
            continue
        key = message.id[0] if isinstance(message.id, tuple) else message.id
        old = known.get(key, message.context)
        string = old.string if old and not old.fuzzy and old.id == message.id else None
        places = sorted({(path, 0) for path, _line in message.locations})
        merged.add(
            message.id, string, places, flags=message.flags, auto_comments=message.auto_comments,
            context=message.context,
        )  # fmt: skip
    return merged


def missing(catalog: Catalog) -> list[str]:
    """Return the Dutch texts without English, sorted."""
    without = []
    for message in catalog:
        if not message.id:
            continue
        strings = message.string if isinstance(message.string, list | tuple) else [message.string]
        if not all(strings) or message.fuzzy:
            without.append(message.id[0] if isinstance(message.id, tuple) else str(message.id))
    return sorted(without)


def to_po(catalog: Catalog) -> bytes:
    """Return the text file for translators; the same catalog always gives the same bytes."""
    out = io.BytesIO()
    write_po(out, catalog, width=120, sort_output=True, include_lineno=False)
    return out.getvalue()


def to_mo(catalog: Catalog) -> bytes:
    """Return the compiled file that Flask-Babel reads."""
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def main() -> int:
    """Write both files; 0 when nothing is missing, 1 otherwise."""
    merged = merge(read_texts(), read_translations())
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "messages.po").write_bytes(to_po(merged))
    (FOLDER / "messages.mo").write_bytes(to_mo(merged))
    without = missing(merged)
    for text in without:
        sys.stdout.write(f"{text}\n")
    return 1 if without else 0


if __name__ == "__main__":
    sys.exit(main())
