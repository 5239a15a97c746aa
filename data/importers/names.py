"""How names in registers become names on a screen, and keys in an address."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.importers.fields import Parser, Value, text
from data.importers.records import Diff
from data.tables.organisation import Gemeente

_SMALL_WORDS = frozenset({"aan", "op", "den", "de", "der", "het", "ter", "ten", "te", "en", "bij", "in", "van", "over"})


def proper_name(name: str) -> str:
    """Write a name in capitals as people do: ``'S-GRAVENHAGE`` becomes ``'s-Gravenhage``; other names stay."""
    if name != name.upper():
        return name
    words = re.split(r"([\s\-/(]+)", name.lower())
    written = []
    for place, word in enumerate(words):
        if not word or (word in _SMALL_WORDS and place > 0) or word in {"'s", "'t"}:
            written.append(word)
        elif word.startswith("ij"):
            written.append("IJ" + word[2:])
        else:
            written.append(word[:1].upper() + word[1:])
    return "".join(written)


def to_key(name: str) -> str:
    """Turn the name of a region into its key: ``Zaanstreek/Waterland`` becomes ``zaanstreek-waterland``."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def name(longest: int) -> Parser:
    """Text of at most ``longest`` characters; capitals become a proper name."""
    parse = text(longest)
    return lambda cell: proper_name(str(parse(cell)))


def spare_fiction(diff: Diff, fictional: str, file_has_fiction: bool) -> Diff:
    """Leave the invented objects of the demo alone when a real file comes in, and say so.

    A real list never names them, so being absent from it says nothing about them.
    """
    spared = [change for change in diff.gone if change.key.startswith(fictional)]
    if file_has_fiction or not spared:
        return diff
    gone = tuple(change for change in diff.gone if not change.key.startswith(fictional))
    remark = f"{len(spared)} verzonnen regels van de demo (codes die met {fictional} beginnen) blijven staan."
    return replace(diff, gone=gone, remarks=(*diff.remarks, remark))


def write_gemeenten(session: Session, names: Mapping[str, Value]) -> None:
    """Add the gemeenten that are not known yet, and name those whose name the file tells."""
    known = {row.code: row for row in session.scalars(select(Gemeente))}
    for code, name in names.items():
        row = known.get(code)
        if row is None:
            session.add(Gemeente(code=code, name=None if name is None else str(name)))
        elif name is not None:
            row.name = str(name)
    session.flush()
