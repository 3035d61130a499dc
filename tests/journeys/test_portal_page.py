"""The captive portal in a real browser, as narrow as a phone gets, without scripts."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from edge.pages.listening import Listener
from edge.provision.network.names import key
from edge.provision.portal.app import create_app
from edge.status import Problem
from tests.edge.provision.portal.setting import FakeSetting
from tests.free_port import free_port
from tests.journeys.accessibility import faults
from tests.journeys.browser import Browser, browser

pytestmark = pytest.mark.slow


@contextmanager
def portal(setting: FakeSetting) -> Iterator[str]:
    """Its address."""
    port = free_port()
    started, ending = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        listener = Listener(create_app(setting, "Vizora-AB23", "127.0.0.1", port), port)
        await listener.start(("127.0.0.1",))
        started.set()
        await ending.wait()
        await listener.stop()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        assert started.wait(60)
        yield f"http://127.0.0.1:{port}"
    finally:
        loop.call_soon_threadsafe(ending.set)
        thread.join(60)
        loop.close()


@pytest.fixture(scope="module")
def viewer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as viewer:
        yield viewer


@pytest.mark.parametrize("path", ["/", "/country", "/other", f"/join?network={key(b'Shop')}"])
def test_the_page_keeps_nobody_out(viewer: Browser, path: str) -> None:
    with portal(FakeSetting(problem=Problem("VZ-103", "“Shop” refused the password."))) as address:
        found = faults(viewer, f"{address}{path}")

    assert not found, "\n".join(found)
    assert viewer.violations == []


def test_a_phone_sets_the_screen_up_with_few_taps(viewer: Browser, tmp_path: Path) -> None:
    setting = FakeSetting(country=None)
    with portal(setting) as address:
        viewer.be(320, 640, mobile=True)
        viewer.prefer("light")
        viewer.open(address)
        viewer.fill(country="CH")
        before = viewer.taps
        viewer.click("form button")
        viewer.until("document.querySelector('.networks')")
        viewer.click(".networks a")
        viewer.until("document.querySelector('input[name=password]')")
        viewer.fill(password="right password")
        viewer.click("form button")
        viewer.until("document.querySelector('h1').innerText.startsWith('Look at the screen')")

    assert [(wifi.ssid, wifi.password) for wifi in setting.chosen] == [(b"Shop", "right password")]
    assert viewer.taps - before == 3
    assert viewer.violations == []
