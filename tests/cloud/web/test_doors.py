"""The pages for who is not signed in."""

import pytest

from cloud.settings import Registration
from cloud.sso.address import IssuerAddress
from tests.cloud.web.site import api, browser
from tests.fakes.markup import read


@pytest.mark.parametrize("path", ["/sign-in", "/register", "/invitation"])
def test_the_doors_offer_the_provider_where_there_is_one(path: str) -> None:
    oidc = IssuerAddress("https://id.example/realm", "vizora", "secret")

    page = browser(api(), oidc=oidc).get(path).text

    assert "with id.example</a>" in page
    assert read(page).faults == []
    assert "id.example" not in browser(api()).get(path).text


@pytest.mark.parametrize(
    ("registration", "words"),
    [
        (Registration.OPEN, "Make the account"),
        (Registration.TOKEN, "Setup token"),
        (Registration.CLOSED, "Registration is closed"),
    ],
)
def test_the_door_says_who_may_make_an_account(registration: Registration, words: str) -> None:
    assert words in browser(api(), registration=registration).get("/register").text
