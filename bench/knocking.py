"""Many requests from another process, cheap to make: `python -m bench.knocking PORT CONNECTIONS REQUESTS < tokens`.

Asks for the manifest with each token in turn over connections that stay; with the ETag it got (304) or without (200).
Prints one JSON object: how many answers had which status, and the seconds they took.
"""

import asyncio
import json
import re
import sys
from collections import Counter
from itertools import cycle
from typing import cast

import uvloop

LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
ETAG = re.compile(rb"etag: (\S+)", re.IGNORECASE)


class Knocker(asyncio.Protocol):
    """One connection: the next request when the last one is answered."""

    def __init__(self, requests: int, tokens: list[str], *, conditional: bool) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.statuses: Counter[int] = Counter()
        self._left = requests
        self._tokens = cycle(tokens)
        self._token = ""
        self._conditional = conditional
        self._etags: dict[str, bytes] = {}
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        status = int(self._buffer[9:12]) if found else 0
        length = LENGTH.search(head) if status == 200 else None
        if not found or (length is not None and len(body) < int(length[1])):
            return
        self._buffer = b""
        self.statuses[status] += 1
        tag = ETAG.search(head)
        if self._conditional and tag is not None:
            self._etags[self._token] = tag[1]
        self._left -= 1
        if self._left:
            self._ask()
        else:
            self._transport.close()
            self.done.set_result(None)

    def connection_lost(self, fault: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(fault or ConnectionError("the server hung up"))

    def _ask(self) -> None:
        self._token = next(self._tokens)
        tag = self._etags.get(self._token)
        known = b"" if tag is None else b"If-None-Match: " + tag + b"\r\n"
        head = f"GET /api/device/manifest HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {self._token}\r\n"
        self._transport.write(head.encode() + known + b"\r\n")


async def knock(
    port: int, connections: int, requests: int, tokens: list[str], *, conditional: bool
) -> dict[str, object]:
    loop = asyncio.get_running_loop()
    begun = loop.time()
    knockers = []
    for number in range(connections):
        own = tokens[number::connections] or tokens
        _, knocker = await loop.create_connection(
            lambda own=own: Knocker(requests // connections, own, conditional=conditional),  # type: ignore[misc]
            "127.0.0.1",
            port,
        )
        knockers.append(knocker)
    await asyncio.gather(*(knocker.done for knocker in knockers))
    total: Counter[int] = sum((knocker.statuses for knocker in knockers), Counter())
    return {"statuses": total, "seconds": loop.time() - begun}


if __name__ == "__main__":
    port, connections, requests = map(int, sys.argv[1:4])
    known = [line.strip() for line in sys.stdin if line.strip()]
    print(json.dumps(uvloop.run(knock(port, connections, requests, known, conditional="304" in sys.argv[4:]))))
