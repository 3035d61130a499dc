"""What decides rights, money and ownership is set by nobody who just adds it to a body (P33); from the routes."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from cloud import dispatch
from cloud.bodies import convert
from cloud.config import CloudConfig
from cloud.endpoints import Endpoint
from cloud.principals import Access
from tests.cloud.house import House, Person
from tests.cloud.policy import ENDPOINTS, MISSING, POLICY, filled, name_of
from tests.fakes.clock import FakeClock

OURS: dict[str, Any] = {
    "id": MISSING, "organizationId": MISSING, "userId": MISSING, "createdBy": MISSING, "role": "admin",
    "isActive": True, "passwordHash": "x", "screenQuota": 1_000_000, "storageQuota": 1 << 50, "tier": "enterprise",
    "subscriptionTier": "enterprise", "subscriptionStatus": "active", "trialEndsAt": "2099-01-01T00:00:00Z",
    "price": 0, "revision": 1, "createdAt": "2020-01-01T00:00:00Z", "status": "online", "uploadStatus": "ready",
    "sha256": "0" * 64, "deviceToken": "x", "version": 1,
}  # fmt: skip
MEANT = {
    "POST /api/users": {"role"},
    "PATCH /api/users/{id}": {"role", "isActive"},
    "POST /api/users/invitations": {"role"},
    "POST /api/api-tokens": {"role"},
    "POST /api/billing/checkout": {"tier"},
}
"""Where such a field is what the call is about; each is an admin's, or no more than one's own."""
WITH_BODY = [
    one for one in ENDPOINTS if one.body is not None and one.access is not Access.DEVICE and POLICY[name_of(one)].body
]


def fields_of(endpoint: Endpoint) -> set[str]:
    assert endpoint.body is not None
    return {field.encode_name for field in msgspec.structs.fields(endpoint.body)}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    config = CloudConfig(data_dir=tmp_path_factory.mktemp("fields") / "var", long_poll_s=0.0)
    with House(config, FakeClock()) as house:
        yield house


@pytest.fixture(scope="module")
def admin(house: House) -> Person:
    return house.register()


def forgives(endpoint: Endpoint) -> bool:
    """Those that screens call before they are anybody's: what they add is not read (docs: newer devices say more)."""
    assert endpoint.body is not None
    return not endpoint.body.__struct_config__.forbid_unknown_fields


def test_only_these_calls_are_about_such_fields() -> None:
    assert {name_of(one): found for one in WITH_BODY if (found := fields_of(one) & set(OURS))} == MEANT
    assert {name_of(one) for one in WITH_BODY if forgives(one)} == {
        "POST /api/pairing", "POST /api/pairing/redeem", "POST /api/pairing/token",
    }  # fmt: skip


def taken(house: House, admin: Person, endpoint: Endpoint) -> set[str]:
    """Which of the fields that are not the call's own were not refused by name."""
    added = {name: value for name, value in OURS.items() if name not in fields_of(endpoint)}
    house.clock.pass_time(60)
    body = {**filled(POLICY[name_of(endpoint)].body, {}), **added}
    answer = admin.call(endpoint.method, endpoint.path.replace("{id}", MISSING), body)
    refused = {error["field"] for error in answer.json().get("errors", [])} if answer.status_code == 400 else set()
    return {name for name in added if f"/{name}" not in refused}


@pytest.mark.parametrize("endpoint", [one for one in WITH_BODY if not forgives(one)], ids=name_of)
def test_what_is_not_to_be_set_is_refused_by_name(house: House, admin: Person, endpoint: Endpoint) -> None:
    assert taken(house, admin, endpoint) == set()


def test_a_cloud_that_reads_over_them_would_be_seen(
    house: House, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken twin: whatever is not known is dropped."""

    def forgiving(body: bytes, kind: Any) -> Any:
        known = {field.encode_name for field in msgspec.structs.fields(kind)}
        return convert({name: value for name, value in msgspec.json.decode(body).items() if name in known}, kind)

    monkeypatch.setattr(dispatch, "decode", forgiving)
    endpoint = next(one for one in WITH_BODY if name_of(one) == "PATCH /api/organization")

    assert "screenQuota" in taken(house, admin, endpoint)
