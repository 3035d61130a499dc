"""The captive portal in a real browser, as narrow as a phone gets, without scripts."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, expect

from edge.pages.listening import Listener
from edge.provision.network.names import key
from edge.provision.portal.app import create_app
from edge.status import Problem
from tests.edge.provision.portal.setting import FakeSetting
from tests.free_port import free_port
from tests.journeys.accessibility import Viewers, faults, viewers
from tests.journeys.browser import SMALL, WITHOUT_SCRIPTS, visitor
from tests.journeys.thumb import Thumb

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
def both(chromium: Browser) -> Iterator[Viewers]:
    with visitor(chromium) as nobody, viewers(chromium, nobody) as both:
        yield both


@pytest.mark.parametrize("path", ["/", "/country", "/other", f"/join?network={key(b'Shop')}"])
def test_the_page_keeps_nobody_out(both: Viewers, path: str) -> None:
    with portal(FakeSetting(problem=Problem("VZ-103", "“Shop” refused the password."))) as address:
        found = faults(both, f"{address}{path}")

    assert not found, "\n".join(found)


def test_a_phone_sets_the_screen_up_with_few_taps(chromium: Browser) -> None:
    setting = FakeSetting(country=None)
    with portal(setting) as address, visitor(chromium, **SMALL, **WITHOUT_SCRIPTS) as phone:
        thumb = Thumb(phone)
        phone.goto(address)
        phone.locator("[name=country]").select_option("CH")
        thumb.tap("form button")
        thumb.tap(".networks a")
        phone.locator("input[name=password]").fill("right password")
        thumb.tap("form button")
        expect(phone.locator("h1")).to_contain_text("Look at the screen")

    assert [(wifi.ssid, wifi.password) for wifi in setting.chosen] == [(b"Shop", "right password")]
    assert thumb.taps == 3
