"""Calls to a server that is not ours: a limit on bytes and one on time, whatever that server does."""

import asyncio
from collections.abc import AsyncIterator

import httpx2

MOST_BYTES = 262_144
TOTAL_S = 10.0
TIMEOUT = httpx2.Timeout(5.0)


class TooMuch(httpx2.TransportError):
    """It sends more, or takes longer, than any good answer."""


class Bounded(httpx2.AsyncBaseTransport):
    """Wraps a transport: an answer ends after MOST_BYTES bytes or TOTAL_S seconds with TooMuch."""

    def __init__(self, inner: httpx2.AsyncBaseTransport, *, total_s: float = TOTAL_S) -> None:
        self._inner = inner
        self._total_s = total_s

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Reads the whole answer: its content is there when this returns."""
        body = bytearray()
        try:
            async with asyncio.timeout(self._total_s):
                answer = await self._inner.handle_async_request(request)
                assert isinstance(answer.stream, httpx2.AsyncByteStream)
                try:
                    async for part in answer.stream:
                        body += part
                        if len(body) > MOST_BYTES:
                            raise TooMuch(f"more than {MOST_BYTES} bytes", request=request)
                finally:
                    await answer.stream.aclose()
        except TimeoutError as fault:
            raise TooMuch(f"longer than {self._total_s:g} s", request=request) from fault
        return httpx2.Response(answer.status_code, headers=answer.headers, stream=_Read(bytes(body)), request=request)

    async def aclose(self) -> None:
        await self._inner.aclose()


class _Read(httpx2.AsyncByteStream):
    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._body
