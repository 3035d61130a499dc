"""What keeps open lines honest: the token is looked at again, a slow listener is let go, the server's end is told."""

import asyncio
from typing import Any, cast

import pytest
from starlette.websockets import WebSocket, WebSocketDisconnect

from cloud.accounts.authentication import Remembered
from cloud.realtime import device, people
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
        return line.queue.qsize()

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


class Busy:
    """A browser's line on which there is always something to tell."""

    def __init__(self, house: House, token: str) -> None:
        self.app = house.app
        self.headers = {"authorization": token}
        self.cookies: dict[str, str] = {}
        self.scope = {"type": "websocket"}
        self.line = Line()
        self.sent = 0
        self.code = 0
        self.line.send(b"{}")

    async def send(self, _: Any) -> None:
        self.sent += 1
        if self.sent < 2000:
            self.line.send(b"{}")
        else:
            self.line.close("too slow")
        await asyncio.sleep(0)

    async def close(self, code: int, reason: str = "") -> None:
        self.code = code


@pytest.mark.parametrize(("recheck_s", "code"), [(0.0, 4401), (3600.0, 4400)])
def test_a_busy_line_whose_person_signed_out_is_ended(house: House, recheck_s: float, code: int) -> None:
    """Without the check (the second case) it would go on as long as there is something to tell."""
    admin = house.register()
    busy = Busy(house, admin.client.headers["authorization"])
    admin.post("/api/auth/logout")
    house.cloud.remembered = Remembered()
    house.on_loop(lambda: people._write(house.cloud, cast(WebSocket, busy), busy.line, recheck_s=recheck_s))

    assert busy.code == code
