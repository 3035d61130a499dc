import dataclasses
from collections.abc import Iterator

import pytest

from cloud.accounts.registration import setup_token, slug_of
from cloud.config import CloudConfig
from cloud.settings import Registration
from tests.cloud.house import House, registration
from tests.fakes.clock import FakeClock


@pytest.fixture(params=[Registration.TOKEN, Registration.CLOSED])
def guarded(request: pytest.FixtureRequest, config: CloudConfig, clock: FakeClock) -> Iterator[House]:
    with House(dataclasses.replace(config, registration=request.param), clock) as house:
        yield house


def test_everything_that_is_wrong_is_said_at_once(house: House) -> None:
    answer = house.client.post(
        "/api/auth/register",
        json=registration(email="nobody", password="short", firstName=" ", organizationSlug="Not A Slug"),
    )

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == [
        "/email",
        "/password",
        "/firstName",
        "/organizationSlug",
    ]


def test_an_address_or_a_slug_is_taken_once(house: House) -> None:
    first = house.client.post("/api/auth/register", json=registration(organizationSlug="acme"))
    email = house.client.post("/api/auth/register", json=registration(email="ADA@acme.example"))
    slug = house.client.post("/api/auth/register", json=registration(email="b@b.example", organizationSlug="acme"))
    other = house.client.post("/api/auth/register", json=registration(email="c@c.example"))

    assert first.json()["organization"]["slug"] == "acme"
    assert (email.status_code, slug.status_code) == (409, 409)
    assert other.json()["organization"]["slug"].startswith("acme-")


@pytest.mark.parametrize("guarded", [Registration.TOKEN], indirect=True)
def test_the_first_account_of_a_public_server_needs_the_printed_token(guarded: House) -> None:
    token = setup_token(guarded.cloud)
    without = guarded.client.post("/api/auth/register", json=registration())
    wrong = guarded.client.post("/api/auth/register", json=registration(setupToken="0" * 64))
    right = guarded.client.post("/api/auth/register", json=registration(setupToken=token))
    second = guarded.client.post("/api/auth/register", json=registration(email="b@b.example", setupToken=token))

    assert [answer.status_code for answer in (without, wrong, right, second)] == [403, 403, 201, 403]


@pytest.mark.parametrize("guarded", [Registration.CLOSED], indirect=True)
def test_closed_means_closed(guarded: House) -> None:
    assert guarded.client.post("/api/auth/register", json=registration()).status_code == 403


@pytest.mark.parametrize(
    ("name", "slug"), [("Bäckerei Öz & Söhne", "backerei-oz-sohne"), ("日本", "organization"), ("--A--", "a")]
)
def test_a_slug_is_made_of_the_name(name: str, slug: str) -> None:
    assert slug_of(name) == slug
