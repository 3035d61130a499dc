"""The device's own page in a real browser: its forms work, within its policy, for everybody."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.edge.diagnostics.device import Device
from tests.edge.diagnostics.test_process import running
from tests.free_port import free_port
from tests.journeys.accessibility import Viewers, faults, viewers
from tests.journeys.browser import visitor
from tests.journeys.doors import fill

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def device(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Device]:
    made = Device(tmp_path_factory.mktemp("device"), port=free_port())
    made.settle()
    made.publish(issuedAt="2026-11-01T00:00:00Z")
    with made.services(), running(made):
        yield made


@pytest.fixture(scope="module")
def viewer(device: Device, chromium: Browser) -> Iterator[Page]:
    """Signed in, by the number on the glass."""
    with visitor(chromium) as viewer:
        viewer.goto(url(device))
        expect(viewer.locator("main")).to_contain_text("It is closed")
        device.open_door()
        viewer.goto(url(device))
        fill(viewer, pin=json.loads(device.paths.door_status.read_bytes())["pin"])
        viewer.locator("form button").click()
        expect(viewer.locator(".verdict").first).to_be_visible()
        yield viewer


@pytest.fixture(scope="module")
def both(chromium: Browser, viewer: Page) -> Iterator[Viewers]:
    with viewers(chromium, viewer) as both:
        yield both


def url(device: Device, path: str = "/") -> str:
    return f"http://127.0.0.1:{device.port}{path}"


@pytest.mark.parametrize("path", ["/", "/programme", "/logs"])
def test_the_page_keeps_nobody_out(device: Device, both: Viewers, path: str) -> None:
    found = faults(both, url(device, path))

    assert not found, "\n".join(found)


def test_a_button_does_what_it_says(device: Device, viewer: Page) -> None:
    viewer.goto(url(device))
    viewer.locator("input[value=sync-now] + button").click()

    expect(viewer.locator(".said")).to_have_text("The cache asks the cloud.")
    assert {"command": "sync-now"} in device.asked


def test_the_connectivity_test_names_the_cause_in_one_line(device: Device, viewer: Page) -> None:
    """The device's cloud is not there."""
    viewer.goto(url(device))
    viewer.locator(".verdict button").click()

    expect(viewer.locator(".verdict.fault")).to_be_visible()
    expect(viewer.locator("main")).to_contain_text(
        "The machine behind 127.0.0.1:9 is there, and refuses the connection."
    )


def test_a_time_is_asked_by_the_screens_own_clock(device: Device, viewer: Page) -> None:
    viewer.goto(url(device, "/programme"))
    fill(viewer, at="2026-12-24T18:00")
    viewer.locator(".when button").click()

    expect(viewer.locator(".facts")).to_contain_text("Thu 2026-12-24 18:00:00")
    assert "?" in viewer.url
    expect(viewer.locator(".plan")).to_be_visible()


def test_the_picture_is_on_the_page(device: Device, viewer: Page) -> None:
    viewer.goto(url(device))
    expect(viewer.locator(".glass img")).to_have_js_property("naturalWidth", 16)
