"""One question of a device over HTTP, cheap enough for thousands that ask at the same time."""

import asyncio
import re
from dataclasses import dataclass

ANSWER_S = 60.0
LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)
ETAG = re.compile(rb"\r\netag: (\S+)", re.IGNORECASE)


class Unanswered(Exception):
    """Cut off, or a refusal: to be asked again."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    etag: str
    body: bytes


async def ask(port: int, path: str, token: str, etag: str) -> Answer:
    """Raises OSError (TimeoutError is one) when nobody is there, Unanswered when the answer is not whole."""
    async with asyncio.timeout(ANSWER_S):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            known = f"If-None-Match: {etag}\r\n" if etag else ""
            head = f"GET {path} HTTP/1.1\r\nHost: soak\r\nAuthorization: Bearer {token}\r\n{known}Connection: close\r\n"
            writer.write(f"{head}\r\n".encode())
            return _read(await reader.read())
        finally:
            writer.transport.abort()


def _read(answer: bytes) -> Answer:
    head, found, body = answer.partition(b"\r\n\r\n")
    if not found:
        raise Unanswered("cut off")
    status, length, tag = int(head[9:12]), LENGTH.search(head), ETAG.search(head)
    if status == 200 and (length is None or len(body) != int(length[1])):
        raise Unanswered("cut off")
    return Answer(status, tag[1].decode() if tag else "", body)
