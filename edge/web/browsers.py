"""The worker's one Chromium: started when a page wants it, watched, ended when it takes too much or nobody needs it."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from edge.web.chromium import BrowserGone, Chromium, launch
from edge.web.proxy import Proxy

BACK_OFF = (0.0, 0.5, 2.0, 8.0, 30.0)
CALM = 60.0
"""Seconds after which an end of the browser is forgotten."""
LOOK_EVERY = 3.0
PROFILE = "vizora-web-"


class Browsers:
    def __init__(self, program: str, folder: Path, proxy: Proxy, memory: int) -> None:
        self._program = program
        self._folder = folder
        self._proxy = proxy
        self._memory = memory
        self._port = 0
        self._browser: Chromium | None = None
        self._profile: Path | None = None
        self._starting = asyncio.Lock()
        self._starts: list[float] = []
        self.needed = False
        """Whether some page is open; without one the browser is ended."""

    async def get(self) -> Chromium:
        """The running browser, a fresh one if need be, not before its back-off. Raises BrowserGone."""
        async with self._starting:
            if self._browser is not None and self._browser.alive:
                return self._browser
            self._end("the browser ended by itself")
            if not self._port:
                self._port = await self._proxy.start()
            now = asyncio.get_running_loop().time()
            self._starts = [at for at in self._starts if now - at < CALM]
            await asyncio.sleep(BACK_OFF[min(len(self._starts), len(BACK_OFF) - 1)])
            self._starts.append(asyncio.get_running_loop().time())
            self._profile = Path(tempfile.mkdtemp(prefix=PROFILE, dir=self._folder))
            try:
                self._browser = await launch(self._program, self._profile, self._port)
            except OSError as error:
                raise BrowserGone(f"{self._program} does not start: {error.strerror}") from error
            return self._browser

    async def watch(self) -> None:
        """For ever: ends the browser when its processes take more memory than they may, or nobody needs it."""
        idle = 0.0
        while True:
            await asyncio.sleep(LOOK_EVERY)
            idle = 0.0 if self.needed else idle + LOOK_EVERY
            if self._browser is None:
                continue
            if idle > CALM:
                self._end("nobody needs it")
            elif (taken := memory_of(self._browser.pid)) > self._memory:
                self._end(f"the browser took {taken >> 20} MiB of memory; {self._memory >> 20} MiB are allowed")

    def close(self) -> None:
        self._end("the worker ends")
        self._proxy.close()

    def _end(self, reason: str) -> None:
        if self._browser is not None:
            self._browser.end(reason)
            self._browser = None
        if self._profile is not None:
            shutil.rmtree(self._profile, ignore_errors=True)
            self._profile = None


def memory_of(pid: int) -> int:
    """Bytes the process and its descendants hold, what they share counted once (PSS)."""
    return sum(_proportional(one) for one in (pid, *_descendants(pid)))


def _descendants(pid: int) -> Iterator[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in map(int, children):
        yield child
        yield from _descendants(child)


def _proportional(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:")), 0)
