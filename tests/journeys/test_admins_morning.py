"""What an admin does of a morning, in a real browser: roles, one-time codes, many screens at once; all of it undone."""

from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.browser import DESK, visitor
from tests.journeys.doors import EMAIL, PASSWORD, fill, sign_in
from tests.journeys.full_house import FullHouse
from tests.journeys.running_demo import eventually

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def admin(house: FullHouse, chromium: Browser) -> Iterator[Page]:
    with visitor(chromium, **DESK) as admin:
        sign_in(admin, house.url)
        yield admin


def role_of_vera(house: FullHouse) -> str:
    people = house.get("/api/users")["items"]
    return str(next(one["role"] for one in people if one["email"].startswith("vera")))


def test_a_role_counts_at_once_and_is_undone(house: FullHouse, admin: Page) -> None:
    admin.goto(f"{house.url}/organization/people")
    admin.locator("[data-role]:not([disabled])").first.select_option("manager")
    undo = admin.locator("#notice button")
    expect(undo).to_be_visible()
    assert role_of_vera(house) == "manager"

    undo.click()

    eventually(lambda: role_of_vera(house) == "viewer", "the role of before")


def test_somebody_is_invited_by_a_link_where_there_is_no_mail(house: FullHouse, admin: Page) -> None:
    admin.goto(f"{house.url}/organization/people")
    admin.locator("[data-invite]").click()
    admin.locator("#invite [name=email]").fill("new@acme.example")
    admin.locator("#invite button[value=invite]").click()

    expect(admin.locator("#link .secret")).to_contain_text("/invitation#token=")
    with admin.expect_navigation():
        admin.locator("#link button.primary").click()
    expect(admin.locator("main")).to_contain_text("new@acme.example")


def test_screens_are_tagged_together_and_untagged_again(house: FullHouse, admin: Page) -> None:
    def tagged() -> int:
        return sum("spring" in one["tags"] for one in house.get("/api/devices")["items"])

    admin.goto(f"{house.url}/screens")
    boxes = admin.locator("[data-pick-one]")
    expect(boxes).to_have_count(3)
    for number in range(2):
        boxes.nth(number).check()
    expect(admin.locator("#bulk [data-count]")).to_have_text("2 chosen")
    admin.locator("#bulk [name=tag]").fill("spring")
    admin.locator("#bulk [value=add]").click()
    undo = admin.locator("#notice button")
    expect(undo).to_be_visible()
    assert tagged() == 2

    undo.click()

    eventually(lambda: tagged() == 0, "the tags taken off again")
    admin.locator("#bulk [data-tell=identify]").click()
    expect(admin.locator("#notice")).to_contain_text("Identify: 2 screens")


def test_one_time_codes_are_set_up_and_asked_for(house: FullHouse, admin: Page) -> None:
    """The last one: afterwards signing in needs a code."""
    admin.goto(f"{house.url}/account")
    admin.locator("[data-codes=on]").click()
    admin.locator("#check [name=password]").fill(PASSWORD)
    admin.locator("#check button[value=go]").click()
    expect(admin.locator("#enrol [data-qr]")).to_be_visible()
    assert admin.locator("[data-qr]").evaluate("image => image.decode().then(() => image.naturalWidth)") > 50
    secret = admin.locator("#enrol .secret").text_content() or ""

    admin.locator("#enrol [name=code]").fill(pyotp.TOTP(secret).now())
    admin.locator("#enrol button[value=confirm]").click()

    expect(admin.locator("#recovery li")).to_have_count(10)
    admin.locator("#recovery button.primary").click()
    expect(admin.locator("#codes .status-online")).to_be_visible()
    answer = house.session.post(f"{house.url}/api/auth/login", json={"email": EMAIL, "password": PASSWORD}, timeout=60)
    assert answer.json()["details"] == {"totpRequired": True}


def test_who_needs_a_code_is_led_to_its_field(house: FullHouse, chromium: Browser) -> None:
    """After the one above."""
    with visitor(chromium, **DESK) as person:
        person.goto(f"{house.url}/sign-in")
        fill(person, email=EMAIL, password=PASSWORD)
        person.locator("form button").first.click()

        expect(person.locator("[name=totp]")).to_be_focused()
