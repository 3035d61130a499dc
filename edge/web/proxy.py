"""A forward proxy that only leads where a page may go: the one way out of the worker's Chromium.

It resolves each name itself, checks every address it gets, and connects to the very address it checked. So neither a
redirect nor a name that leads somewhere else the next time (DNS rebinding) gets round it. One request a connection.
"""

import asyncio
import contextlib
import os
import re
import socket
from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from typing import NamedTuple

from edge.addresses import Address, Allowance, literal

HEAD_LIMIT = 64 * 1024
PATIENCE = 15.0
"""Seconds for a head, a name, a connection."""
CHUNK = 64 * 1024
MOST_CONNECTIONS = 256
_TUNNEL = re.compile(rb"CONNECT (\[[^\]]+\]|[^:\s]+):(\d+) HTTP/1\.[01]\r\n")
_PLAIN = re.compile(
    rb"([A-Z]+) http://(\[[^\]]+\]|[^:/?#\s@]+)(?::(\d+))?((?:[/?#]\S*)?) HTTP/1\.[01]\r\n", re.IGNORECASE
)
_HOP = re.compile(rb"(?im)^(?:proxy-[a-z-]*|connection|keep-alive):[^\n]*\n")

Resolve = Callable[[str, int], Awaitable[list[Address]]]


class Refused(Exception):
    """The text says why, for a person."""


class Target(NamedTuple):
    host: str
    port: int
    head: bytes
    """What the server is sent first; empty for a tunnel."""


class Proxy:
    """`refusals` says of each host why it was not reached the last time."""

    def __init__(self, allowance: Allowance, resolve: Resolve | None = None) -> None:
        self.refusals: dict[str, str] = {}
        self._allowance = allowance
        self._resolve = resolve or _resolve
        self._server: asyncio.Server | None = None
        self._open = 0

    async def start(self) -> int:
        """Listens on this machine only; answers the port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=HEAD_LIMIT)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def close(self) -> None:
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open += 1
        try:
            if self._open > MOST_CONNECTIONS:
                raise Refused("too many connections")
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
            target = wanted(head)
            try:
                far = await self._connect(target)
            except Refused as reason:
                self._note(target.host, str(reason))
                raise
            self.refusals.pop(target.host, None)
            await _carry(target, reader, writer, *far)
        except Refused as reason:
            body = f"{reason}\n".encode()
            with contextlib.suppress(OSError):
                writer.write(b"HTTP/1.1 502 Not reached\r\nContent-Type: text/plain\r\nConnection: close\r\n")
                writer.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError, asyncio.CancelledError):
            pass  # a browser that went, or a proxy that ends: nobody is left to be told
        finally:
            self._open -= 1
            writer.close()

    def _note(self, host: str, reason: str) -> None:
        if len(self.refusals) >= MOST_CONNECTIONS:
            self.refusals.clear()
        self.refusals[host] = reason

    async def _connect(self, target: Target) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reason = ""
        for address in await self._checked(target):
            try:
                far = await asyncio.wait_for(asyncio.open_connection(str(address), target.port), PATIENCE)
            except (OSError, TimeoutError) as error:
                number = getattr(error, "errno", None)
                reason = os.strerror(number) if number else "no answer in time"
            else:
                self._check_is_elsewhere(target, address, far[1])
                return far
        raise Refused(f"{target.host} can't be reached ({reason})")

    def _check_is_elsewhere(self, target: Target, address: Address, writer: asyncio.StreamWriter) -> None:
        if _is_this_machine(writer) and not self._allowance.lists(target.host, address, target.port):
            writer.close()
            raise Refused(f"{target.host} is this screen itself, which web pages may not reach")

    async def _checked(self, target: Target) -> list[Address]:
        """The addresses it has and may be reached at; at least one."""
        known = literal(target.host)
        try:
            if known is None:
                found = await asyncio.wait_for(self._resolve(target.host, target.port), PATIENCE)
            else:
                found = [known]
        except (OSError, UnicodeError, TimeoutError) as error:
            raise Refused(f"the name {target.host} is not known to the network's name service") from error
        permitted = [one for one in found if self._allowance.permits(target.host, one, target.port)]
        if not permitted:
            shown = ", ".join(str(one) for one in found[:3]) or "nowhere"
            raise Refused(f"{target.host} leads to {shown}, which web pages may not reach (VIZORA_WEB_ALLOW)")
        return permitted


def wanted(head: bytes) -> Target:
    """Where a request wants to go, and what to send there. Raises Refused for what is no request to a proxy."""
    if tunnel := _TUNNEL.match(head):
        return Target(_host(tunnel[1]), _port(tunnel[2]), b"")
    if plain := _PLAIN.match(head):
        path = plain[4] if plain[4].startswith(b"/") else b"/" + plain[4]
        rest = _HOP.sub(b"", head[plain.end() : -2])
        first = plain[1] + b" " + path + b" HTTP/1.1\r\n"
        return Target(_host(plain[2]), _port(plain[3] or b"80"), first + rest + b"Connection: close\r\n\r\n")
    raise Refused("only http and https are spoken here")


def _host(raw: bytes) -> str:
    return raw.decode("ascii", "replace").lower().strip("[]")


def _port(raw: bytes) -> int:
    if not 0 < int(raw) < 65_536:
        raise Refused(f"there is no port {int(raw)}")
    return int(raw)


async def _carry(
    target: Target,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    far_reader: asyncio.StreamReader,
    far_writer: asyncio.StreamWriter,
) -> None:
    """Both ways until one side ends."""
    try:
        if target.head:
            far_writer.write(target.head)
        else:
            writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        ways = {
            asyncio.ensure_future(_copy(reader, far_writer)),
            asyncio.ensure_future(_copy(far_reader, writer)),
        }
        _, others = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for other in others:
            other.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        with contextlib.suppress(OSError):
            await writer.drain()
    finally:
        far_writer.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(CHUNK):
        writer.write(data)
        await writer.drain()


def _is_this_machine(writer: asyncio.StreamWriter) -> bool:
    """A connection whose two ends have one address doesn't leave the machine, whatever that address is."""
    ours, theirs = writer.get_extra_info("sockname"), writer.get_extra_info("peername")
    return ours is None or theirs is None or ours[0] == theirs[0]


async def _resolve(host: str, port: int) -> list[Address]:
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ip_address(str(info[4][0]).partition("%")[0]) for info in found]
