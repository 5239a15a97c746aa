"""Read the text of a receipt that came from outside, within bounds, before anything is computed with it."""

from __future__ import annotations

import json

from subsidy.errors import ReceiptError

MAX_BYTES = 4_000_000
"""Largest file that is read; a receipt of the whole country takes a small part of it."""
MAX_DEPTH = 12
"""Deepest nesting of objects and lists."""
MAX_ITEMS = 5_000
"""Longest list or object: the country has some 180 schools for praktijkonderwijs."""
MAX_NUMBER = 10**15
"""Largest number, in cents or pupils: ten thousand billion euros."""


def parse_receipt(content: bytes, name: str) -> object:
    """Parse the JSON of a receipt.

    Parameters
    ----------
    content
        UTF-8, with or without a byte order mark.
    name
        File name, for the sentence of a refusal.

    Raises
    ------
    ReceiptError
        It is too large, no JSON, nested too deep, or has a name twice in one object (RFC 8259, section 4).
    """
    if len(content) > MAX_BYTES:
        msg = f"{name} is groter dan {MAX_BYTES} bytes; een bon is veel kleiner."
        raise ReceiptError(msg)
    try:
        document: object = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_unique, parse_constant=_refuse)
    except ReceiptError:
        raise
    except (ValueError, RecursionError) as error:
        msg = f"{name} is geen JSON-bestand, of het is te diep genest of heeft een te groot getal."
        raise ReceiptError(msg) from error
    return document


def require_bounded(document: object) -> None:
    """Refuse a document whose depth, lengths or numbers are beyond those of any receipt.

    Raises
    ------
    ReceiptError
        One of the bounds of this module is passed.
    """
    level = [document]
    for _depth in range(MAX_DEPTH):
        inner: list[object] = []
        for value in level:
            if isinstance(value, dict | list):
                if len(value) > MAX_ITEMS:
                    msg = f"De bon heeft een lijst van {len(value)} delen; hoogstens {MAX_ITEMS} wordt nagerekend."
                    raise ReceiptError(msg)
                inner.extend(value.values() if isinstance(value, dict) else value)
            elif isinstance(value, int) and abs(value) > MAX_NUMBER:
                msg = f"De bon heeft een getal boven {MAX_NUMBER}; dat wordt niet nagerekend."
                raise ReceiptError(msg)
        if not inner:
            return
        level = inner
    msg = f"De bon is dieper genest dan {MAX_DEPTH} lagen; dat wordt niet nagerekend."
    raise ReceiptError(msg)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        msg = f"De naam {twice!r} staat twee keer in een deel van de bon; daardoor is niet te zeggen wat er staat."
        raise ReceiptError(msg)
    return found


def _refuse(constant: str) -> object:
    msg = f"De bon heeft {constant} als waarde; dat is geen getal."
    raise ReceiptError(msg)
