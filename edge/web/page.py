"""One web page of one size: loaded, kept fresh, and its newest picture. Shared by all who look at it."""

import asyncio
import base64
import contextlib
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from edge.clock import Clock
from edge.web.browsers import Browsers
from edge.web.chromium import BrowserGone, Chromium, Declined, Silent
from edge.web.frames import age, pixels
from edge.web.kept import KeptPictures
from edge.web.proxy import Proxy

LOAD_PATIENCE = 30.0
SETTLE = 0.3
"""Seconds after its load before a page is shown: late fonts and pictures."""
FRAME_PAUSE = 0.1
"""Seconds between pictures: ten a second is what a dashboard needs."""
LOOK_EVERY = 5.0
"""Seconds between looks whether the page still answers, and how old what is shown has become."""
RELOAD_AFTER = 600.0
KEEP_AFTER = (0.0, 15.0, 600.0)
"""Seconds before its first, its second and each further picture is kept: many fill themselves after their load."""
BACK_OFF = (2.0, 5.0, 15.0, 60.0)


class PageKey(NamedTuple):
    url: str
    width: int
    height: int

    @property
    def size(self) -> tuple[int, int]:
        return self.width, self.height


class Failed(Exception):
    """The page can't be shown; the text says why, for a person."""


class Page:
    """`changed` is called when there is a new picture, or a failure while there is none."""

    def __init__(
        self,
        key: PageKey,
        browsers: Browsers,
        proxy: Proxy,
        kept: KeptPictures,
        clock: Clock,
        changed: Callable[[], None],
    ) -> None:
        self.key = key
        self.version = 0
        """Counts its pictures; 0 means that there is none."""
        self.failure = ""
        self._browsers = browsers
        self._proxy = proxy
        self._kept = kept
        self._clock = clock
        self._changed = changed
        self._newest = b""
        self._jpeg = b""
        self._label = ""
        self._drawn: tuple[int, bytes] = (0, b"")
        self._times_kept, self._kept_at = 0, clock.monotonic()
        self._taken_at: datetime | None = None
        self._settled = False
        self._loaded = asyncio.Event()
        self._crashed = asyncio.Event()
        self._status = 0
        self._main_frame = ""
        self._task = asyncio.ensure_future(self._run())

    def picture(self) -> bytes:
        """The newest one, as pixels. Raises ValueError or OSError when the browser's picture is none."""
        if self._drawn[0] != self.version:
            self._drawn = (self.version, pixels(self._jpeg, self.key.size, self._label))
        return self._drawn[1]

    def close(self) -> None:
        self._task.cancel()

    async def _run(self) -> None:
        failures = 0
        while True:
            try:
                async with self._tab() as (browser, session):
                    await self._load(browser, session)
                    failures = 0
                    await self._stay(browser, session)
            except (Failed, BrowserGone, Declined, OSError, ValueError, KeyError) as error:
                self._settled = False
                reason = str(error) or type(error).__name__
                await self._wait(BACK_OFF[min(failures, len(BACK_OFF) - 1)], reason)
                failures += 1

    @contextlib.asynccontextmanager
    async def _tab(self) -> Any:
        """A tab of its own with nothing left of any other: (browser, session)."""
        browser = await self._browsers.get()
        width, height = self.key.size
        context = (await browser.call("Target.createBrowserContext"))["browserContextId"]
        session = ""
        try:
            made = await browser.call(
                "Target.createTarget",
                url="about:blank",
                browserContextId=context,
                width=width,
                height=height,
                newWindow=True,
            )
            attached = await browser.call("Target.attachToTarget", targetId=made["targetId"], flatten=True)
            session = attached["sessionId"]
            self._main_frame = made["targetId"]
            self._crashed.clear()
            browser.attend(session, lambda method, event: self._happened(browser, session, method, event))
            for domain in ("Page", "Network", "Inspector"):
                await browser.call(f"{domain}.enable", session)
            await browser.call(
                "Emulation.setDeviceMetricsOverride",
                session,
                width=width,
                height=height,
                deviceScaleFactor=1,
                mobile=False,
            )
            await browser.call("Browser.setDownloadBehavior", behavior="deny", browserContextId=context)
            await browser.call(
                "Page.startScreencast", session, format="jpeg", quality=85, maxWidth=width, maxHeight=height
            )
            yield browser, session
        finally:
            browser.attend(session, None)
            if browser.alive:
                with contextlib.suppress(BrowserGone, Declined):
                    await browser.call("Target.disposeBrowserContext", browserContextId=context)

    async def _load(self, browser: Chromium, session: str) -> None:
        """Raises Failed when there is nothing of the page to be seen; what was shown stays till it is there."""
        self._settled, self._status = False, 0
        self._loaded.clear()
        try:
            answer = await browser.call("Page.navigate", session, patience=LOAD_PATIENCE, url=self.key.url)
            if fault := answer.get("errorText"):
                raise Failed(self._words(str(fault)))
            await asyncio.wait_for(self._loaded.wait(), LOAD_PATIENCE)
        except (Silent, TimeoutError) as error:
            raise Failed(f"the page did not load within {LOAD_PATIENCE:.0f} s") from error
        if self._status >= 400:
            raise Failed(self._refusal() or f"its server answers with {self._status}")
        await asyncio.sleep(SETTLE)
        self._settled, self._label, self.failure = True, "", ""
        self._show()

    async def _stay(self, browser: Chromium, session: str) -> None:
        """Looks after a loaded page. Raises Failed when it crashes or hangs."""
        loop = asyncio.get_running_loop()
        loaded_at = loop.time()
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._crashed.wait(), LOOK_EVERY)
                raise Failed("the page crashed")
            try:
                await browser.call("Runtime.evaluate", session, expression="1")
            except Silent as error:
                raise Failed("the page hangs") from error
            if loop.time() - loaded_at > RELOAD_AFTER:
                await self._load(browser, session)
                loaded_at = loop.time()

    async def _wait(self, seconds: float, reason: str) -> None:
        """The time until the next try, with the last good picture and how old it is."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        if not self._recall():
            self.failure = reason
            self._changed()
        while loop.time() < until:
            await asyncio.sleep(min(LOOK_EVERY, until - loop.time()))
            self._recall()

    def _recall(self) -> bool:
        """Shows the last good picture with its age; false when there is none."""
        if self._taken_at is None:
            found = self._kept.find(self.key.url, self.key.size)
            if found is None:
                return False
            self._jpeg, self._taken_at = found
        label = age(self._clock.now() - self._taken_at)
        if label != self._label or not self.version:
            self._label = label
            self._show()
        return True

    def _happened(self, browser: Chromium, session: str, method: str, event: dict[str, Any]) -> None:
        match method:
            case "Page.screencastFrame":
                self._frame(str(event.get("data", "")))
                asyncio.get_running_loop().call_later(
                    FRAME_PAUSE,
                    lambda: browser.send("Page.screencastFrameAck", session, sessionId=event["sessionId"]),
                )
            case "Page.loadEventFired":
                self._loaded.set()
            case "Inspector.targetCrashed":
                self._crashed.set()
            case "Network.responseReceived":
                if event.get("type") == "Document" and event.get("frameId") == self._main_frame:
                    self._status = int(event.get("response", {}).get("status", 0))

    def _frame(self, data: str) -> None:
        with contextlib.suppress(ValueError):
            self._newest = base64.b64decode(data)
            if self._settled:
                self._show()

    def _show(self) -> None:
        """What came last becomes the picture, once the page is there; it is kept now and then."""
        self._jpeg = self._newest if self._settled else self._jpeg
        if not self._jpeg:
            return
        self.version += 1
        self._changed()
        if self._settled:
            self._taken_at = self._clock.now()
            now = self._clock.monotonic()
            if now - self._kept_at >= KEEP_AFTER[min(self._times_kept, len(KEEP_AFTER) - 1)]:
                self._times_kept, self._kept_at = self._times_kept + 1, now
                self._kept.keep(self.key.url, self.key.size, self._jpeg, self._taken_at)

    def _refusal(self) -> str:
        return self._proxy.refusals.get((urlsplit(self.key.url).hostname or "").lower(), "")

    def _words(self, fault: str) -> str:
        if refused := self._refusal():
            return refused
        return {
            "net::ERR_ABORTED": "there is no page at this address, but a download or nothing",
            "net::ERR_CERT_DATE_INVALID": "its certificate is not valid at this screen's time",
        }.get(fault, f"the browser says {fault.removeprefix('net::')}")
