"""PDF by typst: accessible (PDF/UA-1), the same bytes for the same content, no system library."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "typst"


def to_pdf(template: str, content: Mapping[str, Any], *, at: datetime) -> bytes:
    """Typeset content with one of our templates.

    Parameters
    ----------
    template
        Name of a file in ``data/exporters/typst`` without ``.typ``.
    content
        Plain JSON values; texts are typeset as text, never run as markup.
    at
        Moment that the file says it was made.
    """
    import typst

    found: bytes = typst.compile(
        str(_FOLDER / f"{template}.typ"),
        root=str(_FOLDER),
        format="pdf",
        sys_inputs={"content": json.dumps(content, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=int(at.timestamp()),
    )
    return found
