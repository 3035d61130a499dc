"""Who comes in by the provider, and to whose account."""

from dataclasses import replace
from typing import Any

import pytest

from cloud.config import CloudConfig
from cloud.settings import Registration
from tests.cloud.house import House, Person
from tests.cloud.sso.visitor import Visitor
from tests.fakes.openid_provider import OpenIdProvider

ADA = {"sub": "u-1", "email": "ada@acme.example", "email_verified": True, "given_name": "Ada"}
EVE = {"sub": "u-9", "email": "eve@other.example", "email_verified": True, "given_name": "Eve"}


def invite(house: House, admin: Person, email: str, role: str = "manager") -> str:
    assert admin.post("/api/users/invitations", {"email": email, "role": role}).status_code == 201
    return house.letters.token


def actions(admin: Person) -> list[str]:
    return [row["action"] for row in admin.get("/api/audit-logs").json()["items"]]


def test_the_first_admin_makes_the_organization_and_comes_back_to_it(visitor: Visitor) -> None:
    page = visitor.arrive(organizationName="Acme", next="/content?q=x")

    assert page.status_code == 200
    assert 'content="0;url=/content?q=x"' in page.text
    assert (visitor.me()["role"], visitor.me()["firstName"]) == ("admin", "Ada")
    assert visitor.browser.get("/api/organization").json()["name"] == "Acme"


def test_who_was_invited_joins_with_the_role_they_were_given(house: House, visitor: Visitor) -> None:
    admin = house.register()
    assert visitor.arrive(invitation=invite(house, admin, "ada@acme.example")).status_code == 200

    assert visitor.me()["role"] == "manager"
    assert admin.get("/api/users/invitations").json()["items"] == []
    assert actions(admin).count("invitation.accept") == 1


def test_who_came_once_comes_again_whatever_their_address_is_now(
    house: House, visitor: Visitor, provider: OpenIdProvider
) -> None:
    admin = house.register()
    visitor.arrive(invitation=invite(house, admin, "ada@acme.example"))
    first = visitor.me()["id"]
    provider.person = {**ADA, "email": "ada@elsewhere.example", "email_verified": False}
    again = Visitor(house, provider)

    assert again.arrive().status_code == 200
    assert again.me()["id"] == first
    assert sorted(actions(admin)) == ["invitation.accept", "invitation.create", "organization.create", "session.begin"]


def turned_away(visitor: Visitor, words: str, status: int = 403, **wanted: str) -> None:
    page = visitor.arrive(**wanted)

    assert page.status_code == status, page.text
    assert words in page.text
    assert visitor.me() is None


def test_nobody_joins_without_an_invitation(house: House, visitor: Visitor) -> None:
    house.register()
    turned_away(visitor, "New people join by an invitation")


def test_an_account_is_never_taken_over_by_its_address(house: House, visitor: Visitor) -> None:
    house.register(email="ada@acme.example")
    turned_away(visitor, "This address has an account with a password", 409)


def test_not_by_an_invitation_to_the_same_address_either(house: House, visitor: Visitor) -> None:
    house.register(email="ada@acme.example")
    other = house.register("Other")
    turned_away(visitor, "has an account with a password", 409, invitation=invite(house, other, "ada@acme.example"))


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_that_is_not_confirmed_is_none(
    house: House, visitor: Visitor, provider: OpenIdProvider, verified: object
) -> None:
    provider.person = {**ADA, "email_verified": verified}
    token = invite(house, house.register(), "ada@acme.example")
    turned_away(visitor, "Your e-mail address is not confirmed", invitation=token)


def test_an_invitation_is_for_the_one_who_was_invited(house: House, visitor: Visitor, provider: OpenIdProvider) -> None:
    admin = house.register()
    token = invite(house, admin, "ada@acme.example")
    provider.person = EVE
    turned_away(visitor, "The invitation is for another address", invitation=token)
    assert len(admin.get("/api/users/invitations").json()["items"]) == 1


def test_a_wrong_invitation_is_told_before_anybody_leaves(house: House, visitor: Visitor) -> None:
    answer = visitor.browser.post("/api/auth/oidc", json={"invitation": "wrong"})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "/invitation")


def test_who_is_switched_off_stays_out(house: House, visitor: Visitor) -> None:
    admin = house.register()
    visitor.arrive(invitation=invite(house, admin, "ada@acme.example"))
    admin.call("PATCH", f"/api/users/{visitor.me()['id']}", {"isActive": False})

    assert visitor.me() is None
    turned_away(visitor, "This account is not active")


def test_an_account_is_linked_by_who_owns_it_and_then_both_ways_lead_in(
    house: House, visitor: Visitor, provider: OpenIdProvider
) -> None:
    owner = house.register(email="ada@acme.example")
    bearer = {"Authorization": owner.client.headers["authorization"]}
    wrong = visitor.browser.post("/api/auth/oidc/link", json={"password": "wrong"}, headers=bearer)
    begun = visitor.browser.post("/api/auth/oidc/link", json={"password": "correct horse battery"}, headers=bearer)
    assert visitor.browser.get(visitor.confirm(begun.json()["location"])).status_code == 200
    linked = owner.get("/api/auth/oidc").json()["items"]
    visitor.arrive()

    assert (wrong.status_code, wrong.json()["code"]) == (403, "AUTH_001")
    assert visitor.me()["id"] == owner.id
    assert [one["issuer"] for one in linked] == [provider.issuer]
    assert actions(owner).count("user.sso-link") == 1
    assert house.sign_in("ada@acme.example").get("/api/auth/me").status_code == 200


def test_an_identity_belongs_to_one_account(house: House, visitor: Visitor) -> None:
    visitor.arrive(organizationName="Acme")
    other = house.register("Other")
    bearer = {"Authorization": other.client.headers["authorization"]}
    begun = visitor.browser.post("/api/auth/oidc/link", json={"password": "correct horse battery"}, headers=bearer)
    page = visitor.browser.get(visitor.confirm(begun.json()["location"]))

    assert (page.status_code, "You have an account already" in page.text) == (409, True)
    assert other.get("/api/auth/oidc").json()["items"] == []


def test_what_is_unlinked_leads_in_no_more(house: House, visitor: Visitor) -> None:
    visitor.arrive(organizationName="Acme")
    origin = {"Origin": "http://127.0.0.1:3000"}
    linked = visitor.browser.get("/api/auth/oidc").json()["items"][0]["id"]
    assert visitor.browser.delete(f"/api/auth/oidc/{linked}", headers=origin).status_code == 204
    visitor.browser.cookies.clear()

    turned_away(visitor, "has an account with a password", 409)


def test_the_account_has_no_password_that_anybody_knows(house: House, visitor: Visitor) -> None:
    visitor.arrive(organizationName="Acme")
    for password in ("", "!", "correct horse battery"):
        answer = house.client.post("/api/auth/login", json={"email": "ada@acme.example", "password": password})
        assert (answer.status_code, answer.json()["code"]) == (401, "AUTH_001")


@pytest.mark.parametrize("mode", [Registration.CLOSED, Registration.TOKEN])
def test_an_organization_is_made_only_where_that_is_allowed(
    config: CloudConfig, house: House, visitor: Visitor, mode: Registration
) -> None:
    house.cloud.config = replace(config, registration=mode)
    answer = visitor.browser.post("/api/auth/oidc", json={"organizationName": "Acme", "setupToken": "wrong"})

    assert (answer.status_code, answer.json()["code"]) == (403, "AUTHZ_002")


def test_of_two_who_would_be_first_one_is(config: CloudConfig, house: House, provider: OpenIdProvider) -> None:
    """Both had the setup token; when the second one comes back there is an organization."""
    house.cloud.config = replace(config, registration=Registration.TOKEN)
    token = house.cloud.secrets.text("setup-token")
    visitors = [Visitor(house, provider) for _ in range(2)]
    addresses = []
    for visitor, person in zip(visitors, (ADA, EVE), strict=True):
        provider.person = person
        addresses.append(visitor.confirm(visitor.begin(organizationName="Acme", setupToken=token)))
    pages = [visitor.browser.get(address) for visitor, address in zip(visitors, addresses, strict=True)]

    assert [page.status_code for page in pages] == [200, 403]
    assert "ask for an invitation" in pages[1].text


def test_one_signs_out_here_and_there(visitor: Visitor) -> None:
    visitor.arrive(organizationName="Acme")
    visitor.browser.post("/api/auth/logout", headers={"Origin": "http://127.0.0.1:3000"})
    page, out = visitor.browser.get("/sign-in?signed-out"), visitor.browser.get("/sign-in/oidc/out")

    assert visitor.me() is None
    assert "Sign out there too" in page.text
    assert out.headers["location"].startswith("https://id.example/out?client_id=vizora&post_logout_redirect_uri=")
    assert visitor.confirm(out.headers["location"]) == "http://127.0.0.1:3000/sign-in"


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:1", "/a b"])
def test_nobody_is_sent_to_someone_elses_page(visitor: Visitor, path: str) -> None:
    assert 'content="0;url=/screens"' in visitor.arrive(organizationName="Acme", next=path).text


def test_who_never_stops_beginning_is_told_to_wait(visitor: Visitor) -> None:
    statuses = [visitor.browser.get("/sign-in/oidc").status_code for _ in range(60)]
    page = visitor.browser.get("/sign-in/oidc")

    assert set(statuses) == {303}
    assert (page.status_code, page.headers["retry-after"]) == (429, "1")
    assert "try again in 1 s" in page.text


def test_the_plain_link_works_without_scripts(visitor: Visitor) -> None:
    visitor.arrive(organizationName="Acme")
    visitor.browser.cookies.clear()
    sent = visitor.browser.get("/sign-in/oidc?next=/playlists")

    assert sent.status_code == 303
    assert 'url=/playlists"' in visitor.browser.get(visitor.confirm(sent.headers["location"])).text
    assert visitor.me() is not None


def test_a_strict_provider_tells_address_and_name_when_it_is_asked(visitor: Visitor, provider: OpenIdProvider) -> None:
    """OpenID Connect Core, section 5.4: beside an access token the ID token need not have them."""
    provider.tells_by_user_info = True
    visitor.arrive(organizationName="Acme")

    me = visitor.me()
    assert (me["email"], me["firstName"], me["lastName"]) == ("ada@acme.example", "Ada", "Lovelace")
    assert provider.asked.count("/me") == 1


@pytest.mark.parametrize("said", [{**EVE}, {"sub": None}, {"email": "ada@acme.example"}], ids=str)
def test_what_is_said_of_somebody_else_counts_for_nobody(visitor: Visitor, provider: OpenIdProvider, said: Any) -> None:
    """Section 5.3.2. Who has an account gets in all the same: only what is needed to make one is missing."""
    visitor.arrive(organizationName="Acme")
    provider.tells_by_user_info, provider.tell = True, lambda _: said
    assert visitor.arrive().status_code == 200
    provider.person = {**ADA, "sub": "u-2"}

    assert visitor.arrive(organizationName="Other").status_code == 403


def test_one_name_in_a_piece_is_the_first(visitor: Visitor, provider: OpenIdProvider) -> None:
    provider.person = {"sub": "u-1", "email": "a@acme.example", "email_verified": True, "name": "Ada Lovelace"}
    visitor.arrive(organizationName="Acme")

    assert (visitor.me()["firstName"], visitor.me()["lastName"]) == ("Ada Lovelace", "")
