"""From an account to a screen that is added, with forms alone: what a phone without JavaScript does."""

from typing import Any
from urllib.parse import urlencode

import pytest

from tests.cloud.house import PASSWORD, House
from tests.fakes.markup import read

OWN = "http://127.0.0.1:3000"
PERSON = {"organizationName": "Acme", "firstName": "Mira", "lastName": "Oz", "email": "mira@acme.example"}


def send(house: House, path: str, *, origin: str = OWN, **fields: str) -> Any:
    headers = {"content-type": "application/x-www-form-urlencoded", "origin": origin}
    return house.client.post(path, content=urlencode(fields), headers=headers, follow_redirects=False)


def signed_up(house: House) -> None:
    answer = send(house, "/register?next=/pair", **PERSON, password=PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/pair")


def number_on_the_screen(house: House, started: Any) -> str:
    """What the waiting device is told to show."""
    answer = house.client.post("/api/pairing/token", json={"deviceCode": started["deviceCode"]})
    return str(answer.json()["confirmation"])


def test_a_screen_is_added_by_its_code_and_number(house: House) -> None:
    signed_up(house)
    started = house.ask_to_pair(model="Raspberry Pi 5")

    asked = send(house, "/pair", code=started["userCode"], nickname="Window")
    page = read(asked.text)
    assert page.faults == []
    assert "a number of four digits" in page.text
    assert "Raspberry Pi 5" in page.text
    added = send(
        house, "/pair", code=started["userCode"], nickname="Window", confirmation=number_on_the_screen(house, started)
    )

    assert added.status_code == 303
    assert "Window" in house.client.get(added.headers["location"]).text


def test_each_wrong_code_has_a_way_on(house: House) -> None:
    signed_up(house)
    started = house.ask_to_pair()

    mistyped = send(house, "/pair", code="ZZZZZZ", nickname="Window")
    assert mistyped.status_code == 404
    assert "look at the screen for the current one" in mistyped.text
    assert 'value="ZZZZZZ"' in mistyped.text

    send(house, "/pair", code=started["userCode"], nickname="Window")
    wrong = send(house, "/pair", code=started["userCode"], nickname="Window", confirmation="xxxx")
    assert "2 more tries" in wrong.text
    assert 'name="confirmation"' in wrong.text

    house.clock.pass_time(301)
    expired = send(house, "/pair", code=started["userCode"], nickname="Window")
    assert "has expired" in expired.text
    assert 'name="code"' in expired.text


def test_a_broken_screen_is_replaced(house: House) -> None:
    signed_up(house)
    first = house.ask_to_pair()
    send(house, "/pair", code=first["userCode"], nickname="Window")
    number = number_on_the_screen(house, first)
    old = send(house, "/pair", code=first["userCode"], nickname="Window", confirmation=number).headers["location"]
    second = house.ask_to_pair()
    wanted = {"code": second["userCode"], "replaceDeviceId": old.rpartition("/")[2]}
    assert 'name="replaceDeviceId"' in send(house, "/pair", **wanted).text

    again = send(house, "/pair", **wanted, confirmation=number_on_the_screen(house, second))

    assert again.headers["location"] == old


def test_signing_in_says_what_is_wrong_and_keeps_what_was_typed(house: House) -> None:
    house.register(email="mira@acme.example")

    refused = send(house, "/sign-in", email="mira@acme.example", password="wrong")
    entered = send(house, "/sign-in?next=/schedules", email="mira@acme.example", password=PASSWORD)

    assert refused.status_code == 401
    assert "The e-mail address or the password is wrong." in refused.text
    assert 'value="mira@acme.example"' in refused.text
    assert PASSWORD not in refused.text
    assert (entered.status_code, entered.headers["location"]) == (303, "/schedules")


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "\\\\evil", ""]
)
def test_nobody_is_sent_to_a_foreign_page(house: House, target: str) -> None:
    house.register(email="mira@acme.example")

    answer = send(house, f"/sign-in?{urlencode({'next': target})}", email="mira@acme.example", password=PASSWORD)

    assert answer.headers["location"] == "/screens"


def test_a_page_of_another_site_can_not_send_these_forms(house: House) -> None:
    evil = "https://evil.example"
    assert send(house, "/register", origin=evil, **PERSON, password=PASSWORD).status_code == 403
    signed_up(house)
    started = house.ask_to_pair()

    assert send(house, "/sign-in", origin=evil, email=PERSON["email"], password=PASSWORD).status_code == 403
    assert send(house, "/pair", origin=evil, code=started["userCode"], nickname="Theirs").status_code in (303, 403)
    house.client.cookies.clear()
    assert house.client.post("/api/pairing/token", json={"deviceCode": started["deviceCode"]}).json().get("error") == (
        "authorization_pending"
    )


def test_a_viewer_and_a_stranger_add_nothing(house: House) -> None:
    admin = house.register()
    viewer = house.hire(admin, "viewer")
    started = house.ask_to_pair()

    assert send(house, "/pair", code=started["userCode"], nickname="x").headers["location"].startswith("/sign-in")
    house.client.post("/api/auth/login", json={"email": viewer.email, "password": PASSWORD})
    assert send(house, "/pair", code=started["userCode"], nickname="x").status_code == 403


def test_a_flood_is_no_form(house: House) -> None:
    assert send(house, "/sign-in", email="x" * 20_000, password="x").status_code == 413
