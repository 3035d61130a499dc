"""Every change by people leaves exactly one row, which holds no secret; generated from the table of routes (P38)."""

import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any

import pyotp
import pytest

from cloud.billing.routes import Billing
from cloud.billing.stripe_client import Stripe
from cloud.config import CloudConfig
from cloud.db import tables
from cloud.db.unit import Row
from cloud.endpoints import Call, Endpoint
from cloud.principals import Access
from tests.cloud.billing.wire import Wire
from tests.cloud.content.media import still
from tests.cloud.house import PASSWORD, House, Person, public_key
from tests.cloud.policy import ENDPOINTS, MAKERS, POLICY, filled, kind_of, name_of, places
from tests.cloud.uploads.sender import Sender
from tests.fakes.clock import FakeClock

NEEDS_STRIPE = ("POST /api/billing/checkout", "POST /api/billing/portal")
"""Off when nobody configured it: `tests.cloud.billing` has them."""
CHANGES = [one for one in ENDPOINTS if one.writes and one.action and one.method != "HEAD"]
PERSON = {"firstName": "Sam", "lastName": "Smith"}
NUMBERS = itertools.count()
SECRETS: list[str] = [PASSWORD]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with House(CloudConfig(data_dir=tmp_path_factory.mktemp("audit") / "var"), FakeClock()) as house:
        yield house


@pytest.fixture
def admin(shared: House) -> Person:
    """Of an organization of their own, so that each test counts its own rows."""
    shared.clock.pass_time(3600)
    return shared.register(f"Org{next(NUMBERS)}")


def reset(house: House, admin: Person) -> Any:
    house.client.post("/api/auth/password-reset", json={"email": admin.email})
    body = {"token": house.letters.token, "password": PASSWORD}
    return lambda: house.client.post("/api/auth/password-reset/confirm", json=body)


def confirm_totp(house: House, admin: Person) -> Any:
    secret = admin.post("/api/auth/totp", {"password": PASSWORD}).json()["secret"]
    SECRETS.append(secret)
    code = pyotp.TOTP(secret).at(int(house.clock.now().timestamp()))
    return lambda: admin.post("/api/auth/totp/confirm", {"code": code})


def accept(house: House, admin: Person) -> Any:
    admin.post("/api/users/invitations", {"email": f"i-{admin.id}@new.example"})
    body = {**PERSON, "token": house.letters.token, "password": PASSWORD}
    return lambda: house.client.post("/api/auth/invitation", json=body)


def redeem(house: House, admin: Person) -> Any:
    code = admin.post("/api/devices/pairing-codes", {}).json()["code"]
    body = {"code": code, "deviceIdentifier": "d", "publicKey": public_key()}
    return lambda: house.client.post("/api/pairing/redeem", json=body)


def pair(house: House, admin: Person) -> Any:
    fragment = house.fragment_of(house.ask_to_pair())
    SECRETS.append(fragment["claimKey"])
    return lambda: admin.post("/api/devices/pair", fragment)


def replace_file(house: House, admin: Person) -> Any:
    made = admin.client.post("/api/content", files={"file": ("a.png", still("PNG"))}).json()["id"]
    files = {"file": ("b.png", still("PNG", (80, 45)))}
    return lambda: admin.client.put(f"/api/content/{made}/file", files=files)


def upload_whole(house: House, admin: Person) -> Any:
    sender = Sender(admin.client)
    path, picture = sender.place(len(still("PNG")), filename="a.png"), still("PNG")
    return lambda: sender.append(path, 0, picture)


def pay(house: House, admin: Person) -> Any:
    house.cloud.add(Billing(Stripe("sk_test_1", "whsec_1", Wire())))
    return lambda: admin.post("/api/billing/checkout", {"tier": "basic"})


def look_after(house: House, admin: Person) -> Any:
    house.cloud.add(Billing(Stripe("sk_test_1", "whsec_1", Wire())))
    bought = {
        "id": f"sub_{admin.id}", "customer_id": "cus_1", "tier": "basic", "status": "active", "event_at": 1,
        "event_rank": 0,
    }  # fmt: skip
    house.do(admin.organization_id, lambda unit: unit.insert(tables.subscriptions, **bought))
    return lambda: admin.post("/api/billing/portal")


def log_in(house: House, admin: Person) -> Any:
    return lambda: house.client.post("/api/auth/login", json={"email": admin.email, "password": PASSWORD})


def ask_reset(house: House, admin: Person) -> Any:
    return lambda: house.client.post("/api/auth/password-reset", json={"email": admin.email})


SPECIAL: dict[str, Callable[[House, Person], Callable[[], Any]]] = {
    "POST /api/auth/login": log_in,
    "POST /api/auth/password-reset": ask_reset,
    "POST /api/auth/password-reset/confirm": reset,
    "POST /api/auth/totp/confirm": confirm_totp,
    "POST /api/auth/invitation": accept,
    "POST /api/billing/checkout": pay,
    "POST /api/billing/portal": look_after,
    "POST /api/pairing/redeem": redeem,
    "POST /api/devices/pair": pair,
    "PUT /api/content/{id}/file": replace_file,
    "PATCH /api/uploads/{id}": upload_whole,
}
"""Changes that need something before them: what is done first, and then the call."""
REGISTER = "POST /api/auth/register"


def prepared(house: House, admin: Person, endpoint: Endpoint) -> Callable[[], Any]:
    if name_of(endpoint) in SPECIAL:
        return SPECIAL[name_of(endpoint)](house, admin)
    ids = {place: MAKERS[place[1:]](house, admin) for place in places(endpoint) if place.startswith("@")}
    path = endpoint.path.replace("{id}", MAKERS[kind_of(endpoint)](house, admin)) if "{id}" in endpoint.path else ""
    case = POLICY[name_of(endpoint)]
    body = None if case.body is None else filled(case.body, ids)
    return lambda: admin.call(endpoint.method, path or endpoint.path, body, **case.headers)


def rows(house: House, admin: Person) -> list[Row]:
    return house.do(admin.organization_id, lambda unit: unit.rows(unit.select(tables.audit_logs)))


@pytest.mark.parametrize(
    "endpoint", [one for one in CHANGES if name_of(one) not in (REGISTER, *NEEDS_STRIPE)], ids=name_of
)
def test_a_change_leaves_one_row_without_a_secret(shared: House, admin: Person, endpoint: Endpoint) -> None:
    call = prepared(shared, admin, endpoint)
    before = rows(shared, admin)
    answer = call()
    shared.client.cookies.clear()
    added = [row for row in rows(shared, admin) if row not in before]

    assert answer.status_code < 300, answer.text
    assert [row["action"] for row in added] == [endpoint.action]
    assert_sound(added[0], admin, endpoint)
    assert_named(added[0], endpoint.action)
    assert_silent(added, answer)


def assert_sound(row: Row, admin: Person, endpoint: Endpoint) -> None:
    if endpoint.access is not Access.PUBLIC:
        assert (row["user_id"], row["user_email"]) == (admin.id, admin.email)
    assert row["organization_id"] == admin.organization_id
    assert row["ip_address"] == "testclient"
    assert row["entity_type"] == endpoint.action.split(".")[0]
    assert row["entity_id"], "which one?"


NAMELESS = ("billing", "session")
"""Kinds of which the organization has one, or which say all by who did it."""
NOT_THERE_YET = ("device.pairing-code",)


def assert_named(row: Row, action: str) -> None:
    if action.split(".")[0] not in NAMELESS and action not in NOT_THERE_YET:
        assert row["entity_name"], "called what?"


def assert_silent(added: list[Row], answer: Any) -> None:
    secrets = list(SECRETS)
    if answer.content and answer.headers["content-type"] == "application/json":
        shown = answer.json()
        secrets += [str(shown[name]) for name in ("token", "secret", "code", "deviceToken") if name in shown]
    text = json.dumps(added, default=str)
    assert not [secret for secret in secrets if secret in text]
    assert not any(character in text for character in "\r\n\x1b")


def test_the_first_row_is_the_organization_itself(shared: House, admin: Person) -> None:
    first = rows(shared, admin)

    assert [(row["action"], row["entity_id"], row["user_id"]) for row in first] == [
        ("organization.create", admin.organization_id, admin.id)
    ]


@pytest.mark.parametrize("endpoint", [one for one in CHANGES if one.access is not Access.PUBLIC], ids=name_of)
def test_a_change_that_is_refused_leaves_none(shared: House, admin: Person, endpoint: Endpoint) -> None:
    before = rows(shared, admin)
    answer = shared.client.request(endpoint.method, endpoint.path.replace("{id}", "x"), json={"wrong": True})

    assert answer.status_code == 401
    assert rows(shared, admin) == before


def test_a_repetition_leaves_none(shared: House, admin: Person) -> None:
    body = {"name": "Once", "items": []}
    for _ in range(2):
        assert admin.post("/api/playlists", body, **{"Idempotency-Key": "k"}).status_code == 201

    assert [row["action"] for row in rows(shared, admin)].count("playlist.create") == 1


def test_a_handler_that_writes_nothing_down_would_be_seen(
    shared: House, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Call, "audit", lambda *_, **__: None)
    endpoint = next(one for one in CHANGES if name_of(one) == "POST /api/playlists")

    with pytest.raises(AssertionError):
        test_a_change_leaves_one_row_without_a_secret(shared, admin, endpoint)
