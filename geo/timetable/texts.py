"""Many short texts as two arrays, so that they lie in the memory map and not in every worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def pack_texts(texts: Sequence[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Bytes in UTF-8 behind each other, and where each text begins."""
    raw = [text.encode("utf-8") for text in texts]
    start = np.zeros(len(raw) + 1, np.int64)
    np.cumsum([len(text) for text in raw], out=start[1:])
    return np.frombuffer(b"".join(raw), np.uint8), start


class Texts:
    """Texts by number.

    Parameters
    ----------
    raw, start
        As ``pack_texts`` gives them.
    """

    def __init__(self, raw: NDArray[np.uint8], start: NDArray[np.int64]) -> None:
        self._raw = raw
        self._start = start

    def __len__(self) -> int:
        return int(self._start.size - 1)

    def __getitem__(self, at: int) -> str:
        return bytes(self._raw[self._start[at] : self._start[at + 1]]).decode("utf-8")
