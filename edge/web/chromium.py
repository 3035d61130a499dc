"""A Chromium of our own, spoken to over a pipe (`--remote-debugging-pipe`): no port is opened.

Chrome DevTools Protocol: JSON messages ended by a zero byte, commands on the child's descriptor 3, answers on 4.
"""

import asyncio
import contextlib
import fcntl
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from edge.player.workers.children import die_with_parent

PATIENCE = 15.0
MESSAGE_LIMIT = 64 << 20
FLAGS = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-breakpad",
    "--disable-crash-reporter",
    "--disable-quic",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-notifications",
    "--disable-print-preview",
    "--disable-file-system",
    "--deny-permission-prompts",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-background-timer-throttling",
    "--enable-low-end-device-mode",
    "--disk-cache-size=33554432",
    "--hide-scrollbars",
    "--mute-audio",
    "--autoplay-policy=no-user-gesture-required",
    "--password-store=basic",
    # Nothing goes out but through our proxy: no names are looked up here, WebRTC has no way round, nor has loopback.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--proxy-bypass-list=<-loopback>",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
)

Listener = Callable[[str, dict[str, Any]], None]
"""Given the method and the parameters of an event."""


class BrowserGone(Exception):
    """It ended, or doesn't answer. The text says which, for a person."""


class Silent(BrowserGone):
    """No answer in time; other parts of it may still work."""


class Declined(Exception):
    """It refused a command; the text is its own."""


class Chromium:
    """A running browser. Made by `launch`."""

    def __init__(self, process: "subprocess.Popen[bytes]", reader: asyncio.StreamReader, commands: int) -> None:
        self._process = process
        self._reader = reader
        self._commands = commands
        self._n = 0
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._listeners: dict[str, Listener] = {}
        self._listening = asyncio.ensure_future(self._listen())

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None and not self._listening.done()

    def attend(self, session: str, listener: Listener | None) -> None:
        """Who is told the events of a session; None ends it."""
        if listener is None:
            self._listeners.pop(session, None)
        else:
            self._listeners[session] = listener

    async def call(
        self, method: str, session: str | None = None, /, patience: float = PATIENCE, **parameters: Any
    ) -> dict[str, Any]:
        """The result of a command. Raises Silent after `patience` seconds, BrowserGone, or Declined."""
        self._n += 1
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[self._n] = answer
        message: dict[str, Any] = {"id": self._n, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session
        try:
            self._write(message)
            return await asyncio.wait_for(answer, patience)
        except TimeoutError as error:
            raise Silent(f"the browser did not answer for {patience:.0f} s") from error
        finally:
            self._waiting.pop(message["id"], None)

    def send(self, method: str, session: str, /, **parameters: Any) -> None:
        """A command whose answer nobody needs."""
        self._n += 1
        with contextlib.suppress(BrowserGone):  # the next command that is waited for says so
            self._write({"id": self._n, "method": method, "params": parameters, "sessionId": session})

    def _write(self, message: dict[str, Any]) -> None:
        try:
            os.write(self._commands, json.dumps(message).encode() + b"\0")
        except OSError as error:  # a pipe that is full means that nobody reads it
            raise BrowserGone("the browser takes no commands any more") from error

    def end(self, reason: str = "the browser was ended") -> None:
        """Kills it and all its processes; who waits for an answer is told `reason`."""
        self._listening.cancel()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, 9)
        self._process.wait()
        with contextlib.suppress(OSError):
            os.close(self._commands)
        self._lose(reason)

    async def _listen(self) -> None:
        try:
            while True:
                raw = await self._reader.readuntil(b"\0")
                self._take(json.loads(raw[:-1]))
        except (OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            self._lose("the browser ended by itself")

    def _take(self, message: dict[str, Any]) -> None:
        waiting = self._waiting.get(message.get("id", -1))
        if waiting is not None and not waiting.done():
            if "error" in message:
                waiting.set_exception(Declined(str(message["error"].get("message"))[:300]))
            else:
                waiting.set_result(message.get("result", {}))
        listener = self._listeners.get(message.get("sessionId", ""))
        if listener is not None and "method" in message:
            listener(message["method"], message.get("params", {}))

    def _lose(self, reason: str) -> None:
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(BrowserGone(reason))


async def launch(program: str, profile: Path, proxy_port: int) -> Chromium:
    """Raises OSError or BrowserGone when it can't be started."""
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()
    own_sandbox = () if os.geteuid() else ("--no-sandbox",)  # it refuses to run as root with one
    arguments = [
        program,
        *FLAGS,
        *own_sandbox,
        f"--proxy-server=http://127.0.0.1:{proxy_port}",
        f"--user-data-dir={profile}",
        "about:blank",
    ]

    def plumb() -> None:
        die_with_parent()
        high_in, high_out = fcntl.fcntl(theirs_in, fcntl.F_DUPFD, 10), fcntl.fcntl(theirs_out, fcntl.F_DUPFD, 10)
        os.dup2(high_in, 3)
        os.dup2(high_out, 4)

    try:
        process = subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(3, 4),
            preexec_fn=plumb,
            process_group=0,
            env={**os.environ, "HOME": str(profile), "XDG_CONFIG_HOME": str(profile), "XDG_CACHE_HOME": str(profile)},
        )
    finally:
        os.close(theirs_in)
        os.close(theirs_out)
    os.set_blocking(ours_out, False)
    reader = asyncio.StreamReader(limit=MESSAGE_LIMIT)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader),
        os.fdopen(ours_in, "rb", buffering=0),
    )
    browser = Chromium(process, reader, ours_out)
    try:
        await browser.call("Browser.getVersion")
    except BrowserGone:
        browser.end()
        raise
    return browser
