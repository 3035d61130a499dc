"""A piece of network between screens and the cloud that can die: from then on it forwards nothing either way, and tells
nobody. Both ends keep their sockets, as when a switch loses its power. New connections go through all the same."""

import asyncio
from collections.abc import Callable

from tests.free_port import listening_socket


class Wire:
    """`port` says where the cloud is at the moment. Belongs to the event loop; `open` first."""

    def __init__(self, port: Callable[[], int]) -> None:
        self._to = port
        self._pairs = list[Pair]()
        self.port = 0
        self.dead = list[Pair]()

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._accept, sock=listening_socket())
        self.port = self._server.sockets[0].getsockname()[1]

    def die(self) -> None:
        """All connections there are."""
        for pair in self._pairs:
            pair.is_dead = True
        self.dead, self._pairs = [*self.dead, *self._pairs], []

    def held(self) -> int:
        """Dead connections of which the cloud still keeps its end."""
        return sum(not pair.given_up for pair in self.dead)

    async def close(self) -> None:
        self._server.close()
        for pair in (*self.dead, *self._pairs):
            pair.close()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to())
        except OSError:
            writer.transport.abort()
            return
        pair = Pair(writer, far_writer)
        self._pairs.append(pair)
        await asyncio.gather(pair.forward(reader, far_writer), pair.forward(far_reader, writer, from_cloud=True))
        if not pair.is_dead:
            self._pairs.remove(pair)
            pair.close()


class Pair:
    """The two sockets of one connection."""

    def __init__(self, near: asyncio.StreamWriter, far: asyncio.StreamWriter) -> None:
        self._near, self._far = near, far
        self.is_dead = False
        self.given_up = False
        """Whether the cloud ended its side."""

    async def forward(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, from_cloud: bool = False
    ) -> None:
        """Until this side ends. What comes once the wire is dead is lost."""
        try:
            while data := await reader.read(65_536):
                if not self.is_dead:
                    writer.write(data)
        except OSError:
            pass  # a reset is an end too
        if from_cloud:
            self.given_up = True
        if not self.is_dead:
            writer.close()

    def close(self) -> None:
        self._near.transport.abort()
        self._far.transport.abort()
