"""A web worker without a browser: `http://page/<level of grey>` is a plain page; `/clip/<id>` shows a marker.

What else an address may say: `?fail=reason`, `?die`, `?hang`, `?lie`. It speaks the protocol by the real one's code.
"""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Callable
from urllib.parse import parse_qs, unquote, urlsplit

from PIL import Image

from edge.player.workers.children import begin
from edge.web.page import PageKey
from edge.web.worker import Worker
from tests.fakes.marker_clips import BLOCK, bits


class DrawnPage:
    def __init__(self, key: PageKey, changed: Callable[[], None], channel: socket.socket) -> None:
        parts = urlsplit(key.url)
        asked = parse_qs(parts.query, keep_blank_values=True)
        if "die" in asked:
            os._exit(1)
        if "hang" in asked:
            os.kill(os.getpid(), signal.SIGSTOP)
        if "lie" in asked:
            channel.send(b'{"id": 1, "slot": 7}')
        self.failure = asked.get("fail", [""])[0]
        self.version = 0 if self.failure else 1
        self._key = key
        self._path = [unquote(part) for part in parts.path.split("/") if part]
        asyncio.get_running_loop().call_soon(changed)

    def picture(self) -> bytes:
        level = 0x30 + 5 * int(self._path[-1]) if self._path[0] == "clip" else int(self._path[0])
        canvas = Image.new("RGB", self._key.size, (level, level, level))
        if self._path[0] == "clip":
            for n, bit in enumerate(bits(int(self._path[1]), 0)):
                canvas.paste((255, 255, 255) if bit else (0, 0, 0), (n * BLOCK, 0, (n + 1) * BLOCK, BLOCK))
        return canvas.convert("RGBA").tobytes("raw", "BGRA")

    def close(self) -> None:
        self.version = 0


async def run(channel: socket.socket) -> None:
    await Worker(channel, lambda key, changed: DrawnPage(key, changed, channel)).run()


if __name__ == "__main__":
    begin(int(sys.argv[1]), None)
    asyncio.run(run(socket.socket(fileno=int(sys.argv[2]))))
