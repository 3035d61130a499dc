"""Debian's Chromium, driven by Playwright: how it is started, who comes with what, and what their consoles say."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.servers.program import program

PATIENCE_S = 60.0
PATIENCE_MS = 1000 * PATIENCE_S
Look = dict[str, Any]
"""What `Browser.new_context` takes."""
DESK: Look = {"viewport": {"width": 1280, "height": 1000}}
PHONE: Look = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
SMALL: Look = {**PHONE, "viewport": {"width": 320, "height": 640}}
"""As narrow as phones get."""
WITHOUT_SCRIPTS: Look = {"java_script_enabled": False}
STILL: Look = {"reduced_motion": "reduce"}
"""Nothing moves: pages that are measured or photographed stand still."""

expect.set_options(timeout=PATIENCE_MS)


@dataclass(frozen=True, slots=True)
class Console:
    """What it shows in red, as it comes; Playwright hands it on while it is waited for something."""

    violations: list[str] = field(default_factory=list)
    """What the content security policy stopped, and scripts that failed."""
    errors: list[str] = field(default_factory=list)
    """The others: most of all what could not be loaded."""

    def listen(self, context: BrowserContext) -> None:
        context.on("console", lambda message: self._said(message))  # of a bound method it would mark its owner
        context.on("weberror", lambda fault: self.violations.append(str(fault.error)))

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            stopped = "Content Security Policy" in message.text
            (self.violations if stopped else self.errors).append(f"{message.text} {message.location.get('url', '')}")


@contextmanager
def chromium() -> Iterator[Browser]:
    """The distribution's browser without a window; Playwright downloads none.

    While it runs, this thread can't run another event loop: tests have it for one module at a time.
    """
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program("chromium"), args=["--disable-quic"])
        try:
            yield running
        finally:
            running.close()


@contextmanager
def visitor(running: Browser, *, console: Console | None = None, **look: Any) -> Iterator[Page]:
    """Somebody with their own cookies and storage. Fails at the end if a script failed or the policy stopped one."""
    console = console or Console()
    context = running.new_context(**look)
    context.set_default_timeout(PATIENCE_MS)
    console.listen(context)
    try:
        yield context.new_page()
    finally:
        context.close()
    assert not console.violations, "\n".join(console.violations)


def wide(page: Page) -> int:
    """Pixels that the page takes from side to side."""
    return int(page.evaluate("document.documentElement.scrollWidth"))
