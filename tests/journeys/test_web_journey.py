"""From nothing to a published picture with one thumb, in a real browser against the real cloud."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from edge.welcome import PLACE
from tests.journeys.browser import PHONE, visitor
from tests.journeys.doors import EMAIL, PASSWORD, fill
from tests.journeys.full_house import waiting_screen

pytestmark = pytest.mark.slow


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    with visitor(chromium, **PHONE) as phone:
        yield phone


def call(address: str, body: Any = None, token: str = "") -> Any:
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    with urllib.request.urlopen(urllib.request.Request(address, data, headers)) as answer:
        return json.load(answer)


def test_scan_register_add_the_screen_upload_and_publish(cloud: str, phone: Page) -> None:
    waiting = waiting_screen(cloud)

    # The QR is scanned by someone without an account: what it said is still there after registering.
    phone.goto(waiting["verificationUriComplete"])
    phone.locator(".aside a[href*='/register']").click()
    phone.wait_for_url("**/register?**")
    fill(phone, organizationName="Acme", firstName="Mira", lastName="Oz", email=EMAIL, password="too short")
    phone.locator("form button").first.click()
    expect(phone.locator(".field-problem")).to_be_visible()
    fill(phone, password=PASSWORD)
    phone.locator("form button").first.click()
    phone.wait_for_url("**/pair#**")
    facts = phone.locator("[data-found] .facts")
    expect(facts).to_contain_text("Raspberry Pi 5")
    assert waiting["userCode"] in facts.inner_text().replace(" ", "")

    fill(phone, nickname="Entrance")
    phone.locator("[data-step=claim] button").click()
    expect(phone.locator("[data-step=done]")).to_be_visible()
    paired = call(f"{cloud}/api/pairing/token", {"deviceCode": waiting["deviceCode"]})
    assert paired["device"]["nickname"] == "Entrance"

    # A good file and a bad one: the good one comes, the bad one is named with its reason.
    phone.goto(f"{cloud}/content")
    phone.locator("#files").set_input_files([PLACE / "wayfinding.png", Path(str(PLACE / "NOTICE"))])
    expect(phone.locator(".tile[data-status=ready]")).to_be_visible()
    expect(phone.locator(".upload.failed")).to_contain_text("which can't be shown")

    phone.locator(".tile a.button").first.click()
    phone.wait_for_url("**/publish?**")
    phone.locator("#publish button.primary").click()
    expect(phone.locator(".override .progress-list")).to_contain_text("Entrance")

    # The screen fetches: the page says so by itself.
    manifest = call(f"{cloud}/api/device/manifest", token=paired["deviceToken"])
    assert len(manifest["overrides"]) == 1
    expect(phone.locator(".stage.reached")).to_have_count(1)


def test_a_typed_code_needs_the_number_on_the_screen(cloud: str, phone: Page) -> None:
    waiting = waiting_screen(cloud)
    phone.goto(f"{cloud}/register?next=/pair")
    fill(phone, organizationName="Acme", firstName="Mira", lastName="Oz", email=EMAIL, password=PASSWORD)
    phone.locator("form button").first.click()
    phone.wait_for_url("**/pair")

    fill(phone, code=waiting["userCode"].lower(), nickname="Hall")
    phone.locator("[data-step=claim] button").click()
    confirm = phone.locator("[data-step=confirm]")
    expect(confirm).to_be_visible()
    number = confirmation(cloud, waiting)
    confirm.locator("[name=confirmation]").fill("0000" if number != "0000" else "0001")
    confirm.locator("button").click()
    expect(confirm.locator(".problem")).to_be_visible()
    confirm.locator("[name=confirmation]").fill(number)
    confirm.locator("button").click()

    expect(phone.locator("[data-step=done]")).to_contain_text("Hall")


def confirmation(cloud: str, waiting: Any) -> str:
    """The number the screen is told to show."""
    try:
        call(f"{cloud}/api/pairing/token", {"deviceCode": waiting["deviceCode"]})
    except urllib.error.HTTPError as fault:
        with fault:
            return str(json.load(fault)["confirmation"])
    raise AssertionError("the screen was paired without its number")
