"""The device's own page in a real browser: its forms work, within its policy, for everybody."""

import json
from collections.abc import Iterator

import pytest

from tests.edge.diagnostics.device import Device
from tests.edge.diagnostics.test_process import running
from tests.free_port import free_port
from tests.journeys.accessibility import faults
from tests.journeys.browser import Browser, browser

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def device(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Device]:
    made = Device(tmp_path_factory.mktemp("device"), port=free_port())
    made.settle()
    made.publish(issuedAt="2026-11-01T00:00:00Z")
    with made.services(), running(made):
        yield made


@pytest.fixture(scope="module")
def viewer(device: Device, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Signed in, by the number on the glass."""
    with browser(tmp_path_factory.mktemp("profile")) as viewer:
        viewer.open(url(device))
        assert "It is closed" in viewer.text("main")
        device.open_door()
        viewer.open(url(device))
        viewer.fill(pin=json.loads(device.paths.door_status.read_bytes())["pin"])
        viewer.click("form button")
        viewer.until("document.querySelector('.verdict')")
        yield viewer


def url(device: Device, path: str = "/") -> str:
    return f"http://127.0.0.1:{device.port}{path}"


@pytest.mark.parametrize("path", ["/", "/programme", "/logs"])
def test_the_page_keeps_nobody_out(device: Device, viewer: Browser, path: str) -> None:
    found = faults(viewer, url(device, path))

    assert not found, "\n".join(found)
    assert viewer.violations == []


def test_a_button_does_what_it_says(device: Device, viewer: Browser) -> None:
    viewer.open(url(device))
    viewer.click("input[value=sync-now] + button")
    viewer.until("document.querySelector('.said')")

    assert viewer.text(".said") == "The cache asks the cloud."
    assert {"command": "sync-now"} in device.asked


def test_the_connectivity_test_names_the_cause_in_one_line(device: Device, viewer: Browser) -> None:
    """The device's cloud is not there."""
    viewer.open(url(device))
    viewer.click(".verdict button")
    viewer.until("document.querySelector('.verdict.fault')")

    assert "The machine behind 127.0.0.1:9 is there, and refuses the connection." in viewer.text("main")


def test_a_time_is_asked_by_the_screens_own_clock(device: Device, viewer: Browser) -> None:
    viewer.open(url(device, "/programme"))
    viewer.fill(at="2026-12-24T18:00")
    viewer.click(".when button")
    viewer.until("location.search && document.querySelector('.plan')")

    assert "Thu 2026-12-24 18:00:00" in viewer.text(".facts")


def test_the_picture_is_on_the_page(device: Device, viewer: Browser) -> None:
    viewer.open(url(device))
    viewer.until("document.querySelector('.glass img').naturalWidth === 16")
