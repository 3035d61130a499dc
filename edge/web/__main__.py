"""`python -m edge.web <parent> <socket> <settings as JSON>`: builds the web worker and runs it for the player."""

import asyncio
import contextlib
import json
import shutil
import socket
import sys
from pathlib import Path
from typing import Any

from edge.addresses import allowance
from edge.clock import SystemClock
from edge.player.workers.children import begin
from edge.web.browsers import PROFILE, Browsers
from edge.web.kept import KeptPictures
from edge.web.page import Page
from edge.web.proxy import Proxy
from edge.web.worker import Worker

LOOK_EVERY = 3.0


async def run(channel: socket.socket, settings: dict[str, Any]) -> None:
    proxy, clock = Proxy(allowance(settings["allow"])), SystemClock()
    folder, kept = Path(settings["profiles"]), KeptPictures(Path(settings["kept"]))
    for left in folder.glob(f"{PROFILE}*"):
        shutil.rmtree(left, ignore_errors=True)
    browsers = Browsers(settings["chromium"], folder, proxy, settings["memory"])
    worker = Worker(channel, lambda key, changed: Page(key, browsers, proxy, kept, clock, changed))

    async def look() -> None:
        while True:
            browsers.needed = worker.pages > 0
            await asyncio.sleep(LOOK_EVERY)

    watching = [asyncio.ensure_future(task) for task in (look(), browsers.watch())]
    try:
        await worker.run()
    finally:
        for task in watching:
            task.cancel()
        worker.close()
        browsers.close()


def main(arguments: list[str]) -> int:
    parent, descriptor = int(arguments[0]), int(arguments[1])
    begin(parent, None)  # a browser reserves far more addresses than it uses; what it uses is watched instead
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run(socket.socket(fileno=descriptor), json.loads(arguments[2])))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
