"""What an admin does of a morning, in a real browser: roles, one-time codes, many screens at once; all of it undone."""

from collections.abc import Iterator

import pyotp
import pytest

from tests.journeys.browser import Browser, browser
from tests.journeys.full_house import EMAIL, PASSWORD, FullHouse, full_house
from tests.journeys.running_demo import eventually

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FullHouse]:
    with full_house(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture(scope="module")
def admin(house: FullHouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as admin:
        admin.be(1280, 1000)
        admin.open(f"{house.url}/sign-in")
        admin.fill(email=EMAIL, password=PASSWORD)
        admin.click("form button")
        admin.until("location.pathname === '/screens'")
        yield admin


def role_of_vera(house: FullHouse) -> str:
    people = house.get("/api/users")["items"]
    return str(next(one["role"] for one in people if one["email"].startswith("vera")))


def test_a_role_counts_at_once_and_is_undone(house: FullHouse, admin: Browser) -> None:
    admin.open(f"{house.url}/organization/people")
    admin.until("document.querySelector('[data-role]:not([disabled])')")
    admin.value(
        "(field => { field.value = 'manager'; field.dispatchEvent(new Event('change', { bubbles: true })) })"
        "(document.querySelector('[data-role]:not([disabled])'))"
    )
    admin.until("document.querySelector('#notice button')")
    assert role_of_vera(house) == "manager"

    admin.click("#notice button")

    eventually(lambda: role_of_vera(house) == "viewer", "the role of before")
    assert admin.violations == []


def test_somebody_is_invited_by_a_link_where_there_is_no_mail(house: FullHouse, admin: Browser) -> None:
    admin.open(f"{house.url}/organization/people")
    admin.click("[data-invite]")
    admin.fill(email="new@acme.example")
    admin.click("#invite button[value=invite]")

    admin.until("document.querySelector('#link').open")

    assert "/invitation#token=" in admin.text("#link .secret")
    admin.click("#link button.primary")
    admin.until("document.body.innerText.includes('new@acme.example')")


def test_screens_are_tagged_together_and_untagged_again(house: FullHouse, admin: Browser) -> None:
    def tagged() -> int:
        return sum("spring" in one["tags"] for one in house.get("/api/devices")["items"])

    admin.open(f"{house.url}/screens")
    admin.until("document.querySelectorAll('[data-pick-one]').length === 3")
    admin.value("[...document.querySelectorAll('[data-pick-one]')].slice(0, 2).forEach((box) => box.click())")
    assert admin.text("#bulk [data-count]") == "2 chosen"
    admin.value("document.querySelector('#bulk [name=tag]').value = 'spring'")
    admin.click("#bulk [value=add]")
    admin.until("document.querySelector('#notice button')")
    assert tagged() == 2

    admin.click("#notice button")

    eventually(lambda: tagged() == 0, "the tags taken off again")
    admin.click("#bulk [data-tell=identify]")
    admin.until("document.querySelector('#notice').textContent.startsWith('Identify: 2 screens')")
    assert admin.violations == []


def test_one_time_codes_are_set_up_and_asked_for(house: FullHouse, admin: Browser) -> None:
    """The last one: afterwards signing in needs a code."""
    admin.open(f"{house.url}/account")
    admin.click("[data-codes=on]")
    admin.value(f"document.querySelector('#check [name=password]').value = {PASSWORD!r}")
    admin.click("#check button[value=go]")
    admin.until("document.querySelector('#enrol').open && document.querySelector('[data-qr]').naturalWidth > 50")
    secret = admin.value("document.querySelector('#enrol .secret').textContent")

    admin.value(f"document.querySelector('#enrol [name=code]').value = {pyotp.TOTP(secret).now()!r}")
    admin.click("#enrol button[value=confirm]")

    admin.until("document.querySelector('#recovery').open")
    assert admin.value("document.querySelectorAll('#recovery li').length") == 10
    admin.click("#recovery button.primary")
    admin.until("document.querySelector('#codes .status-online')")
    answer = house.session.post(f"{house.url}/api/auth/login", json={"email": EMAIL, "password": PASSWORD}, timeout=60)
    assert answer.json()["details"] == {"totpRequired": True}
    assert admin.violations == []
