"""Addresses from PDOK Locatieserver, an option that is off by default.

The service is outside our house: whatever it answers, or does not answer, becomes a point
in the Netherlands, nothing, or a reason; it never stops a page for more than two seconds.

Source
------
PDOK Locatieserver, OpenAPI v3.1, ``/search/v3_1/free``.
"""

from __future__ import annotations

import json
import re
import threading
import time
import urllib.parse
import urllib.request
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from urllib.error import HTTPError

from geo.geocode import KnownPoint, SearchFailed
from geo.mercator import Box

SERVICE = "https://api.pdok.nl/bzk/locatieserver/search/v3_1/free"
NETHERLANDS = Box(50.5, 3.0, 53.8, 7.4)
_POINT = re.compile(r"^POINT\s*\(\s*(-?[0-9]+(?:\.[0-9]+)?)\s+(-?[0-9]+(?:\.[0-9]+)?)\s*\)$")
_MOST_BYTES = 65_536
_FAILURES_BEFORE_PAUSE = 3

Answer = KnownPoint | SearchFailed | None


class Locatieserver:
    """Asks the service and remembers its answers.

    Parameters
    ----------
    address
        Where the service is; tests give a server of their own.
    timeout_s
        Seconds that one question may take in all.
    clock
        Seconds that only go up.
    remember, keep_s
        How many answers are kept, in memory only since an address may be a home, and for how long.
    pause_s
        Seconds without asking after three failures in a row.
    """

    def __init__(
        self,
        address: str = SERVICE,
        *,
        timeout_s: float = 2.0,
        clock: Callable[[], float] = time.monotonic,
        remember: int = 2_000,
        keep_s: float = 86_400.0,
        pause_s: float = 60.0,
    ) -> None:
        if not address.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise ValueError("the address service is asked over https only")
        self._address = address
        self._timeout_s = timeout_s
        self._clock = clock
        self._remember = remember
        self._keep_s = keep_s
        self._pause_s = pause_s
        self._answers: OrderedDict[str, tuple[float, KnownPoint | None]] = OrderedDict()
        self._failures = 0
        self._paused_until = float("-inf")
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="adreszoeker")

    def find_address(self, text: str) -> Answer:
        """Best address for a text; never raises."""
        key = " ".join(text.casefold().split())
        with self._lock:
            kept = self._answers.get(key)
            if kept is not None and self._clock() - kept[0] < self._keep_s:
                self._answers.move_to_end(key)
                return kept[1]
            if self._clock() < self._paused_until:
                return SearchFailed("De adreszoeker is even niet bereikbaar.")
        answer = self._ask(text)
        with self._lock:
            if isinstance(answer, SearchFailed):
                self._failures += 1
                if self._failures >= _FAILURES_BEFORE_PAUSE:
                    self._paused_until, self._failures = self._clock() + self._pause_s, 0
            else:
                self._failures = 0
                self._answers[key] = (self._clock(), answer)
                while len(self._answers) > self._remember:
                    self._answers.popitem(last=False)
        return answer

    def _ask(self, text: str) -> Answer:
        query = urllib.parse.urlencode(
            {"q": text, "rows": "1", "fl": "weergavenaam,centroide_ll,type", "fq": "type:adres"}
        )
        # A thread of its own, because a socket's time-out starts anew with every byte that drips in.
        fetching = self._threads.submit(self._fetch, f"{self._address}?{query}")
        try:
            body = fetching.result(timeout=self._timeout_s)
        except HTTPError as error:
            error.close()
            return SearchFailed("De adreszoeker is niet bereikbaar.")
        except TimeoutError:
            fetching.cancel()
            return SearchFailed("De adreszoeker gaf niet op tijd antwoord.")
        except (OSError, HTTPException, ValueError):
            return SearchFailed("De adreszoeker is niet bereikbaar.")
        return _read_answer(body)

    def _fetch(self, url: str) -> bytes:
        """Read an answer within the time, however slowly it drips, and within a size.

        Raises
        ------
        TimeoutError
            The whole answer was not there in time.
        ValueError
            The answer is larger than any answer of this service.
        """
        deadline = time.monotonic() + self._timeout_s
        parts: list[bytes] = []
        size = 0
        # The address is https or loopback, checked when the object is made.
        with urllib.request.urlopen(url, timeout=self._timeout_s) as response:  # noqa: S310
            while True:
                part = response.read1(8_192)
                if not part:
                    return b"".join(parts)
                size += len(part)
                parts.append(part)
                if size > _MOST_BYTES:
                    raise ValueError("answer too large")
                if time.monotonic() > deadline:
                    raise TimeoutError


def _read_answer(body: bytes) -> Answer:
    """A point in the Netherlands from the service's JSON, nothing, or why the answer is unusable."""
    try:
        documents = json.loads(body)["response"]["docs"]
        if not documents:
            return None
        label, wkt = documents[0]["weergavenaam"], documents[0]["centroide_ll"]
        match = _POINT.match(wkt)
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        return SearchFailed("De adreszoeker gaf een onleesbaar antwoord.")
    if match is None or not isinstance(label, str) or not label.strip():
        return SearchFailed("De adreszoeker gaf een onleesbaar antwoord.")
    lon, lat = float(match.group(1)), float(match.group(2))
    if not NETHERLANDS.holds(lat, lon):
        return SearchFailed("De adreszoeker gaf een punt buiten Nederland.")
    return KnownPoint(" ".join(label.split())[:200], lat, lon)
