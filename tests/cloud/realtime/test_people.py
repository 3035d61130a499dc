"""What keeps lines in order: a slow listener is let go, the server's end is told."""

import asyncio
from typing import Any, cast

import pytest
from starlette.websockets import WebSocket, WebSocketDisconnect

from cloud.realtime import device
from cloud.realtime.hub import QUEUE, Line, message
from tests.cloud.house import House


class Slow:
    """A peer that takes nothing any more."""

    async def send(self, _: Any) -> None:
        await asyncio.Event().wait()


def test_a_peer_that_takes_nothing_is_let_go_and_its_mailbox_never_grows() -> None:
    async def live() -> int:
        line = Line()
        writing = asyncio.create_task(device._write(cast(WebSocket, Slow()), line, patience_s=0.01))
        line.send(b"{}")
        await asyncio.sleep(0)  # now it is being sent
        for _ in range(10 * QUEUE):
            line.send(message("manifest:changed", {"version": 1}))
        await writing
        return len(line.waiting())

    assert asyncio.run(live()) <= QUEUE


def test_the_end_of_the_server_is_told_to_people_too(house: House) -> None:
    admin = house.register()
    with admin.client.websocket_connect("/realtime/organization") as line:

        async def close() -> None:
            house.cloud.hub.close()

        house.settle()
        house.on_loop(close)
        with pytest.raises(WebSocketDisconnect) as end:
            line.receive_json()

    assert end.value.code == 1012
