"""From nothing to a published picture with one thumb, in a real browser against the real cloud."""

import base64
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edge.welcome import PLACE
from tests.child_process import dies_with_its_parent
from tests.free_port import free_port
from tests.journeys.browser import Browser, browser

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[str]:
    """The address of a cloud of its own."""
    port = free_port()
    command = [sys.executable, "-m", "cloud", "serve", "--port", str(port), "--data", str(tmp_path / "var")]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, preexec_fn=dies_with_its_parent)
    try:
        assert process.stdout is not None
        assert "vizora cloud" in process.stdout.readline()
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)
        assert process.stdout is not None
        process.stdout.close()


@pytest.fixture
def phone(tmp_path: Path) -> Iterator[Browser]:
    with browser(tmp_path / "profile") as phone:
        phone.be_a_phone()
        yield phone


def call(address: str, body: Any = None, token: str = "") -> Any:
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    with urllib.request.urlopen(urllib.request.Request(address, data, headers)) as answer:
        return json.load(answer)


def test_scan_register_add_the_screen_upload_and_publish(cloud: str, phone: Browser) -> None:
    key = base64.b64encode(os.urandom(32)).decode()
    waiting = call(f"{cloud}/api/pairing", {"deviceIdentifier": "d", "publicKey": key, "model": "Raspberry Pi 5"})

    # The QR is scanned by someone without an account: what it said is still there after registering.
    phone.open(waiting["verificationUriComplete"])
    phone.click(".aside a[href*='/register']")
    phone.until("location.pathname === '/register'")
    phone.fill(organizationName="Acme", firstName="Mira", lastName="Oz", email="mira@acme.example")
    phone.fill(password="too short")
    phone.click("form button")
    phone.until("document.querySelector('.field-problem')")
    phone.fill(password="correct horse battery")
    phone.click("form button")
    phone.until("location.pathname === '/pair'")
    phone.until("document.querySelector('[data-found]:not([hidden])')")
    assert waiting["userCode"] in phone.text(".facts").replace(" ", "")
    assert "Raspberry Pi 5" in phone.text(".facts")

    phone.fill(nickname="Entrance")
    phone.click("[data-step=claim] button")
    phone.until("document.querySelector('[data-step=done]:not([hidden])')")
    paired = call(f"{cloud}/api/pairing/token", {"deviceCode": waiting["deviceCode"]})
    assert paired["device"]["nickname"] == "Entrance"

    # A good file and a bad one: the good one comes, the bad one is named with its reason.
    bad = Path(str(PLACE / "NOTICE"))
    phone.open(f"{cloud}/content")
    phone.choose_files("#files", PLACE / "wayfinding.png", bad)
    phone.until("document.querySelector('.tile[data-status=ready]')")
    phone.until("document.querySelector('.upload.failed')")
    assert "can't be shown" in phone.text(".upload.failed").replace("’", "'")

    phone.click(".tile a.button")
    phone.until("location.pathname === '/publish'")
    phone.click("#publish button.primary")
    phone.until("document.querySelector('.override')")
    assert "Entrance" in phone.text(".progress-list")

    # The screen fetches: the page says so by itself.
    manifest = call(f"{cloud}/api/device/manifest", token=paired["deviceToken"])
    assert len(manifest["overrides"]) == 1
    phone.until("document.querySelectorAll('.stage.reached').length === 1")
    assert phone.violations == []


def test_a_typed_code_needs_the_number_on_the_screen(cloud: str, phone: Browser) -> None:
    key = base64.b64encode(os.urandom(32)).decode()
    waiting = call(f"{cloud}/api/pairing", {"deviceIdentifier": "d", "publicKey": key})
    phone.open(f"{cloud}/register?next=/pair")
    phone.fill(organizationName="Acme", firstName="Mira", lastName="Oz", email="mira@acme.example")
    phone.fill(password="correct horse battery")
    phone.click("form button")
    phone.until("location.pathname === '/pair'")

    phone.fill(code=waiting["userCode"].lower(), nickname="Hall")
    phone.click("[data-step=claim] button")
    phone.until("document.querySelector('[data-step=confirm]:not([hidden])')")
    number = confirmation(cloud, waiting)
    phone.fill(confirmation="0000" if number != "0000" else "0001")
    phone.click("[data-step=confirm] button")
    phone.until("document.querySelector('[data-step=confirm] .problem:not([hidden])')")
    phone.fill(confirmation=number)
    phone.click("[data-step=confirm] button")
    phone.until("document.querySelector('[data-step=done]:not([hidden])')")

    assert "Hall" in phone.text("[data-step=done]")
    assert phone.violations == []


def confirmation(cloud: str, waiting: Any) -> str:
    """The number the screen is told to show."""
    try:
        call(f"{cloud}/api/pairing/token", {"deviceCode": waiting["deviceCode"]})
    except urllib.error.HTTPError as fault:
        with fault:
            return str(json.load(fault)["confirmation"])
    raise AssertionError("the screen was paired without its number")
