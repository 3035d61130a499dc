"""A small phone whose browser runs no scripts: from an account to a screen that is added."""

import base64
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.journeys.browser import Browser, browser
from tests.journeys.full_house import PASSWORD, cloud_process

pytestmark = pytest.mark.slow
NARROW_PX = 320


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[str]:
    with cloud_process(tmp_path / "var") as url:
        yield url


@pytest.fixture
def phone(tmp_path: Path) -> Iterator[Browser]:
    with browser(tmp_path / "profile") as phone:
        phone.be(NARROW_PX, 640, mobile=True)
        phone.command("Emulation.setScriptExecutionDisabled", value=True)
        yield phone


def test_a_screen_is_added_without_a_script(cloud: str, phone: Browser) -> None:
    key = base64.b64encode(os.urandom(32)).decode()
    about = {"deviceIdentifier": "d", "publicKey": key, "model": "Raspberry Pi 5"}
    started = requests.post(f"{cloud}/api/pairing", json=about, timeout=60).json()

    phone.open(f"{cloud}/register?next=/pair")
    phone.fill(organizationName="Acme", firstName="Mira", lastName="Oz", email="mira@acme.example", password=PASSWORD)
    phone.click("form button")
    phone.until("location.pathname === '/pair'")
    fits(phone)
    phone.fill(code=started["userCode"], nickname="Window")
    phone.click("[data-step=claim] button")
    phone.until("document.querySelector('[name=confirmation]:not([data-step] *)')")
    fits(phone)
    waiting = requests.post(f"{cloud}/api/pairing/token", json={"deviceCode": started["deviceCode"]}, timeout=60)
    phone.fill(confirmation=waiting.json()["confirmation"])
    phone.click("form.panel button")

    phone.until("location.pathname.startsWith('/screens/')")
    assert "Window" in phone.text("h1")
    fits(phone)


def fits(phone: Browser) -> None:
    assert phone.value("document.documentElement.scrollWidth") <= NARROW_PX
