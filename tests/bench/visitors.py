"""Visitors of a web server, each asking page after page, in one light process of its own.

Reads what to do as JSON on standard input and writes what happened as JSON on standard output. It uses the same cores
as the server, so it does as little as it can: no library, one thread, and of an answer only its status and length.
"""

from __future__ import annotations

import asyncio
import json
import random
import resource
import sys
import time
from typing import Any


async def _visit(work: dict[str, Any], number: int, until: float, waits: list[float], refused: list[str]) -> None:
    """Ask for the pages of one visitor in turn, on one connection that is opened again when the server closes it."""
    paths, cookie = work["visitors"][number]["paths"], work["visitors"][number]["cookie"]
    luck, turn, reader, writer = random.Random(number), 0, None, None
    rest = f" HTTP/1.1\r\nHost: {work['host']}\r\nAccept-Encoding: gzip\r\nCookie: {cookie}\r\n\r\n"
    if work["pause_s"]:
        await asyncio.sleep(luck.uniform(0, work["pause_s"]))
    while time.perf_counter() < until:
        request = f"GET {paths[turn % len(paths)]}{rest}".encode()
        began = time.perf_counter()
        if reader is None or writer is None:
            reader, writer = await asyncio.open_connection(work["host"], work["port"], limit=1 << 20)
        try:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            # The server had just closed a connection that was idle for long; a browser asks again too.
            writer.close()
            reader = writer = None
            continue
        lowered = head.lower()
        start = lowered.find(b"content-length:")
        if start >= 0:
            await reader.readexactly(int(lowered[start + 15 : lowered.index(b"\r\n", start)]))
        waits.append(time.perf_counter() - began)
        if head[9:12] not in {b"200", b"204"}:
            refused.append(f"{head[9:12].decode()} {paths[turn % len(paths)]}")
        if b"connection: close" in lowered:
            writer.close()
            reader = writer = None
        turn += 1
        if work.get("once"):
            break
        if work["pause_s"]:
            await asyncio.sleep(luck.uniform(0.5, 1.5) * work["pause_s"])
    if writer is not None:
        writer.close()


async def _visit_all(work: dict[str, Any]) -> dict[str, Any]:
    waits: list[float] = []
    refused: list[str] = []
    began = time.perf_counter()
    until = began + work["seconds"]
    await asyncio.gather(*(_visit(work, number, until, waits, refused) for number in range(len(work["visitors"]))))
    spent = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "waits_ms": [wait * 1000 for wait in waits],
        "refused": refused[:5],
        "seconds": time.perf_counter() - began,
        "cpu_s": spent.ru_utime + spent.ru_stime,
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_visit_all(json.load(sys.stdin)))))
