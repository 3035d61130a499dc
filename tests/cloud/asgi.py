"""Calling the application from its own event loop, without a client in between: thousands of calls in seconds."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import msgspec
from starlette.types import ASGIApp, Message


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)


async def ask(
    app: ASGIApp,
    method: str,
    path: str,
    *,
    token: str | None = None,
    query: Mapping[str, str] | None = None,
    body: Any = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Leaves as soon as the first bytes of an event stream are there."""
    sent = {"host": "127.0.0.1:3000", "content-type": "application/json", **(headers or {})}
    if token is not None:
        sent["authorization"] = f"Bearer {token}"
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": method,
        "scheme": "http", "path": path, "raw_path": path.encode(), "query_string": urlencode(query or {}).encode(),
        "root_path": "", "headers": [(name.lower().encode(), value.encode()) for name, value in sent.items()],
        "client": ("10.0.0.1", 1), "server": ("127.0.0.1", 3000), "state": {},
    }  # fmt: skip
    whole = b"" if body is None else msgspec.json.encode(body)
    incoming = [{"type": "http.request", "body": whole, "more_body": False}]
    heard = asyncio.Event()
    start: Message = {}
    parts: list[bytes] = []

    async def receive() -> Message:
        if incoming:
            return incoming.pop()
        await heard.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            parts.append(message.get("body", b""))
            heard.set()

    await app(scope, receive, send)
    named = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in start["headers"]}
    return Answer(start["status"], named, b"".join(parts))
