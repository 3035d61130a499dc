"""How many screenshots are gathered at once, when screens send many and never end them."""

import asyncio
from typing import Any

from cloud.content.storage import LocalStorage
from cloud.device.screenshots import AT_ONCE, Screenshots
from tests.cloud.house import PATIENCE_S, House, Screen

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
SENT = 12


class Sender:
    """Screenshots that stop in the middle until they are let go; how many of them were read from at once."""

    def __init__(self, house: House) -> None:
        self.app = house.app
        self.let_go = asyncio.Event()
        self.reading = 0
        self.most = 0

    async def send(self, screen: Screen, *, slowly: bool) -> int:
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
            "path": "/api/device/screenshot", "raw_path": b"", "query_string": b"", "root_path": "",
            "headers": [(b"authorization", f"Bearer {screen.token}".encode())], "client": ("10.0.0.1", 1),
            "server": ("127.0.0.1", 3000), "state": {},
        }  # fmt: skip
        parts, statuses = [PNG, b""], list[int]()

        async def receive() -> Any:
            if len(parts) == 1 and slowly:
                await self.let_go.wait()
                self.reading -= 1
            elif slowly:
                self.reading += 1
                self.most = max(self.most, self.reading)
            return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        await self.app(scope, receive, send)
        return statuses[0]


async def most_at_once(house: House, screen: Screen, other: Screen, expected: int) -> int:
    """Of SENT slow ones. Another one of the same organization sends one meanwhile."""
    sender = Sender(house)
    slow = [asyncio.create_task(sender.send(screen, slowly=True)) for _ in range(SENT)]
    async with asyncio.timeout(PATIENCE_S):
        while sender.reading < expected:
            await asyncio.sleep(0.01)
        assert await sender.send(other, slowly=False) == 204
        sender.let_go.set()
        assert set(await asyncio.gather(*slow)) == {204}
    return sender.most


def test_of_one_screen_one_at_a_time_is_in_memory_and_those_of_others_come_through(house: House) -> None:
    admin = house.register()
    screen, other = house.pair(admin), house.pair(admin)

    assert house.on_loop(lambda: most_at_once(house, screen, other, AT_ONCE)) == AT_ONCE


def test_without_a_limit_all_are(house: House) -> None:
    admin = house.register()
    screen, other = house.pair(admin), house.pair(admin)
    house.cloud.add(Screenshots(LocalStorage(house.cloud.config.data_dir / "pictures"), at_once=SENT))

    assert house.on_loop(lambda: most_at_once(house, screen, other, SENT)) == SENT
