"""Debian's Chromium without a window, driven over its DevTools socket: enough to click, type and look."""

import base64
import json
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.child_process import dies_with_its_parent
from tests.free_port import free_port
from tests.servers.program import program

PATIENCE_S = 60.0
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-allow-origins=*",
)
KEYS = {"Enter": 13, "Tab": 9, "ArrowUp": 38, "ArrowDown": 40, "ArrowLeft": 37, "ArrowRight": 39, " ": 32, "Escape": 27}


@dataclass(slots=True)
class Browser:
    socket: ClientConnection
    violations: list[str] = field(default_factory=list)
    """What the content security policy stopped, and scripts that failed."""
    errors: list[str] = field(default_factory=list)
    """What the console shows in red: faults of scripts, what could not be loaded."""
    taps: int = 0
    """Clicks and chosen files so far; a file takes two, for its dialog has one of its own."""
    held: list[str] = field(default_factory=list)
    """Requests that wait since `hold`, by their id."""
    _number: int = 0

    def command(self, method: str, **params: Any) -> Any:
        self._number += 1
        self.socket.send(json.dumps({"id": self._number, "method": method, "params": params}))
        while True:
            message = json.loads(self.socket.recv(PATIENCE_S))
            if message.get("id") == self._number:
                assert "error" not in message, message
                return message["result"]
            self._note(message)

    def open(self, address: str) -> None:
        self.command("Page.navigate", url=address)
        self.until("true")

    def value(self, expression: str) -> Any:
        """What the expression gives on the page; None while a page is being left."""
        answer = self.command("Runtime.evaluate", expression=expression, returnByValue=True, userGesture=True)
        return answer["result"].get("value")

    def until(self, expression: str) -> None:
        """Waits until the page has come, with its scripts, and the expression is true on it."""
        deadline = time.monotonic() + PATIENCE_S
        while self.value(f"document.readyState === 'complete' && Boolean({expression})") is not True:
            if time.monotonic() > deadline:
                raise AssertionError(f"never true: {expression}\n{self.value('document.body.innerText')}")
            time.sleep(0.02)

    def text(self, selector: str) -> str:
        return str(self.value(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''"))

    def fill(self, **fields: str) -> None:
        """Sets fields by name and tells the page so, as typing does."""
        for name, value in fields.items():
            self.until(f"document.querySelector('[name={name}]')")
            self.value(
                f"(field => {{ field.value = {json.dumps(value)}; for (const kind of ['input', 'change'])"
                " field.dispatchEvent(new Event(kind, { bubbles: true })) })"
                f"(document.querySelector('[name={name}]'))"
            )

    def click(self, selector: str) -> None:
        self.until(f"document.querySelector({json.dumps(selector)})")
        self.value(f"document.querySelector({json.dumps(selector)}).click()")
        self.taps += 1

    def choose_files(self, selector: str, *files: Path) -> None:
        self.until(f"document.querySelector({json.dumps(selector)})")
        root = self.command("DOM.getDocument")["root"]["nodeId"]
        node = self.command("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.command("DOM.setFileInputFiles", nodeId=node, files=[str(file) for file in files])
        self.taps += 2

    def before_each_page(self, script: str) -> None:
        """Runs on every page opened from now on, before the page's own scripts."""
        self.command("Page.addScriptToEvaluateOnNewDocument", source=script)

    def hold(self, address: str) -> None:
        """From now on requests to this address (with `*` for anything) don't leave, as on a network that hangs."""
        self.command("Fetch.enable", patterns=[{"urlPattern": address}])

    def throttle(self, upload_bytes_s: int | None) -> None:
        """Sends at most so much from now on; None: as fast as it goes."""
        self.command("Network.enable")
        self.command(
            "Network.emulateNetworkConditions", offline=False, latency=0, downloadThroughput=-1,
            uploadThroughput=-1 if upload_bytes_s is None else upload_bytes_s,
        )  # fmt: skip

    def release(self) -> None:
        """What was held goes on, and nothing is held any more."""
        self.held.clear()
        self.command("Fetch.disable")

    def lose(self) -> None:
        """The first request that is held breaks, as when the network goes away."""
        deadline = time.monotonic() + PATIENCE_S
        while not self.held:
            assert time.monotonic() < deadline, "nothing was held"
            self.value("0")
        self.command("Fetch.failRequest", requestId=self.held.pop(0), errorReason="ConnectionFailed")

    def be_a_phone(self) -> None:
        self.be(390, 844, mobile=True)

    def be(self, width: int, height: int, *, mobile: bool = False) -> None:
        scale = 2 if mobile else 1
        self.command(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=mobile
        )

    def prefer(self, scheme: str) -> None:
        """`light` or `dark`, as the system's setting says it to pages; nothing moves, so that pages stand still."""
        features = [
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]
        self.command("Emulation.setEmulatedMedia", features=features)

    def press(self, key: str, *, alt: bool = False) -> None:
        """One key, as a keyboard sends it to what has the focus."""
        named = {"key": key, "code": key, "modifiers": 1 if alt else 0, "windowsVirtualKeyCode": KEYS.get(key, 0)}
        text = {"text": "\r"} if key == "Enter" else {}
        self.command("Input.dispatchKeyEvent", type="keyDown", **named, **text)
        self.command("Input.dispatchKeyEvent", type="keyUp", **named)

    def screenshot(self, file: Path, *, whole: bool = False) -> None:
        """What is in the window, or with `whole` all of the page."""
        file.write_bytes(base64.b64decode(self.command("Page.captureScreenshot", captureBeyondViewport=whole)["data"]))

    def _note(self, message: dict[str, Any]) -> None:
        if message["method"] == "Fetch.requestPaused":
            self.held.append(message["params"]["requestId"])
        if message["method"] == "Runtime.exceptionThrown":
            self.violations.append(json.dumps(message["params"]["exceptionDetails"]))
        entry = message["params"].get("entry", {})
        if message["method"] == "Log.entryAdded" and entry["level"] == "error":
            self.errors.append(f"{entry['text']} {entry.get('url', '')}")
        if message["method"] == "Log.entryAdded" and "Content Security Policy" in message["params"]["entry"]["text"]:
            self.violations.append(message["params"]["entry"]["text"])


@contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """A browser with an empty profile in the folder `profile`; it ends with the block."""
    port = free_port()
    command = [
        program("chromium"),
        *QUIET,
        f"--user-data-dir={profile}",
        f"--remote-debugging-port={port}",
        "about:blank",
    ]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=dies_with_its_parent
    )
    try:
        with connect(_page(port), max_size=None) as socket:
            driven = Browser(socket)
            for domain in ("Page", "Runtime", "Log", "DOM"):
                driven.command(f"{domain}.enable")
            yield driven
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def _page(port: int) -> str:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
                pages = [target for target in json.load(answer) if target["type"] == "page"]
            return str(pages[0]["webSocketDebuggerUrl"])
        except (OSError, IndexError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
