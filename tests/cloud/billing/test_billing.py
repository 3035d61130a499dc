"""Billing with Stripe's real SDK: messages signed here, and a wire that leads nowhere."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
import stripe

from cloud.billing.routes import Billing
from cloud.billing.stripe_client import Stripe
from cloud.billing.subscriptions import RANK
from cloud.billing.tiers import LOOKUP_KEYS, Tier
from cloud.config import CloudConfig
from tests.cloud.billing.wire import Wire
from tests.cloud.house import House, Person
from tests.fakes.clock import FakeClock

SECRET = "whsec_0123456789abcdef"
CREATED, UPDATED, DELETED = RANK


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def shop(config: CloudConfig, clock: FakeClock, wire: Wire) -> Iterator[House]:
    sells = replace(config, stripe_secret_key="sk_test_1", stripe_webhook_secret=SECRET)
    with House(sells, clock) as house:
        house.cloud.add(Billing(Stripe("sk_test_1", SECRET, wire)))
        yield house


@pytest.fixture
def admin(shop: House) -> Person:
    return shop.register()


def event(
    organization_id: str,
    kind: str = CREATED,
    *,
    tier: Tier = Tier.PRO,
    status: str = "active",
    at: int = 1000,
    subscription: str = "sub_1",
    **changes: Any,
) -> dict[str, Any]:
    item = {"id": "si_1", "price": {"id": "price_1", "lookup_key": LOOKUP_KEYS.get(tier, "other")}}
    told = {
        "id": subscription, "object": "subscription", "customer": "cus_1", "status": status,
        "items": {"object": "list", "data": [item]}, "metadata": {"organizationId": organization_id},
    }  # fmt: skip
    message = {"id": f"evt_{kind}_{subscription}_{at}", "object": "event", "type": kind, "created": at}
    return {**message, "data": {"object": told}, **changes}


def tell(shop: House, message: Mapping[str, Any], *, secret: str = SECRET, age_s: int = 0) -> Any:
    body = json.dumps(message)
    at = int(shop.clock.now().timestamp()) - age_s
    signature = stripe.WebhookSignature.generate_signature_header(body, secret, at)
    return shop.client.post("/api/billing/webhook", content=body, headers={"Stripe-Signature": signature})


def has(person: Person) -> tuple[str, int]:
    organization = person.get("/api/organization").json()
    return organization["subscriptionTier"], organization["screenQuota"]


@pytest.mark.parametrize(("tier", "screens"), [(Tier.BASIC, 25), (Tier.PRO, 100)])
def test_what_is_paid_for_sets_the_quota_and_its_end_takes_it_back(
    shop: House, admin: Person, tier: Tier, screens: int
) -> None:
    assert has(admin) == ("free", 5)

    assert tell(shop, event(admin.organization_id, tier=tier)).status_code == 200
    assert has(admin) == (tier, screens)

    tell(shop, event(admin.organization_id, DELETED, tier=tier, status="canceled", at=2000))
    assert has(admin) == ("free", 5)


def test_a_message_that_comes_again_is_taken_once(shop: House, admin: Person) -> None:
    for _ in range(3):
        assert tell(shop, event(admin.organization_id)).status_code == 200

    logged = [row["action"] for row in admin.get("/api/audit-logs").json()["items"]]
    assert logged.count("billing.tier") == 1


def test_messages_in_any_order_lead_to_the_same_end(shop: House) -> None:
    for number, order in enumerate(permutations(range(4))):
        admin = shop.register(f"Acme{number}")
        new, old = f"sub_new_{number}", f"sub_old_{number}"
        told = [
            event(admin.organization_id, CREATED, status="incomplete", at=1000, subscription=new),
            event(admin.organization_id, UPDATED, at=1000, subscription=new),
            event(admin.organization_id, UPDATED, tier=Tier.BASIC, at=1001, subscription=new),
            event(admin.organization_id, CREATED, tier=Tier.BASIC, at=900, status="canceled", subscription=old),
        ]

        for index in order:
            tell(shop, told[index])

        assert has(admin) == ("basic", 25), order


def test_it_is_the_date_that_keeps_the_order(shop: House, admin: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin: taking every message as news ends with the older one."""
    monkeypatch.setattr("cloud.billing.subscriptions._is_news", lambda *_: True)

    tell(shop, event(admin.organization_id, UPDATED, tier=Tier.BASIC, at=1001))
    tell(shop, event(admin.organization_id, UPDATED, at=1000))

    assert has(admin) == ("pro", 100)


def test_the_end_of_an_old_subscription_does_not_take_the_new_one(shop: House, admin: Person) -> None:
    tell(shop, event(admin.organization_id, subscription="sub_new", at=2000))
    tell(shop, event(admin.organization_id, DELETED, subscription="sub_old", status="canceled", at=3000))

    assert has(admin) == ("pro", 100)


@pytest.mark.parametrize(
    ("status", "tier"), [("past_due", "pro"), ("trialing", "pro"), ("unpaid", "free"), ("paused", "free")]
)
def test_only_some_states_of_a_subscription_count(shop: House, admin: Person, status: str, tier: str) -> None:
    tell(shop, event(admin.organization_id, status=status))

    assert has(admin)[0] == tier


def test_only_stripe_is_believed(shop: House, admin: Person) -> None:
    message = event(admin.organization_id)
    unsigned = shop.client.post("/api/billing/webhook", content=json.dumps(message))
    nonsense = shop.client.post("/api/billing/webhook", content=b"\xff{", headers={"Stripe-Signature": "t=1,v1=x"})
    answers = [unsigned, nonsense, tell(shop, message, secret="whsec_wrong"), tell(shop, message, age_s=3600)]

    assert [answer.status_code for answer in answers] == [400] * 4
    assert {answer.json()["errors"][0]["field"] for answer in answers} == {"Stripe-Signature"}
    assert has(admin) == ("free", 5)


@pytest.mark.parametrize(
    "change",
    [{"type": "invoice.paid"}, {"type": "checkout.session.completed"}],
)
def test_messages_about_other_things_are_taken_and_change_nothing(
    shop: House, admin: Person, change: dict[str, Any]
) -> None:
    assert tell(shop, event(admin.organization_id, **change)).status_code == 200
    assert has(admin) == ("free", 5)


def test_a_thin_message_is_taken_so_that_stripe_does_not_send_it_for_days(shop: House, admin: Person) -> None:
    """Of Stripe's API v2: no object, its time as text, none of the fields of the others."""
    thin = {
        "id": "evt_65", "object": "v2.core.event", "created": "2026-11-26T00:00:00.000Z", "context": None,
        "related_object": {"id": "mtr", "type": "billing.meter"}, "type": "v1.billing.meter.error_report_triggered",
    }  # fmt: skip

    assert tell(shop, thin).status_code == 200
    assert has(admin) == ("free", 5)


def test_subscriptions_of_others_are_none_of_ours(shop: House, admin: Person) -> None:
    assert tell(shop, event("7b0e8c1e-0000-4000-8000-000000000000")).status_code == 200
    assert tell(shop, event(admin.organization_id, tier=Tier.ENTERPRISE)).status_code == 200
    assert tell(shop, event(admin.organization_id, data={"object": {"id": 7}})).status_code == 400
    assert has(admin) == ("free", 5)


def test_a_page_to_pay_on_names_the_organization_to_stripe(shop: House, admin: Person, wire: Wire) -> None:
    answer = admin.post("/api/billing/checkout", {"tier": "basic"})

    assert (answer.status_code, answer.json()) == (200, {"url": "https://pay.example/checkout.session"})
    asked = " ".join(wire.asked[-1])
    assert admin.organization_id in asked
    assert "vizora_basic" in " ".join(wire.asked[0])
    assert admin.post("/api/billing/checkout", {"tier": "enterprise"}).status_code == 400


def test_who_pays_already_goes_to_the_portal(shop: House, admin: Person, wire: Wire) -> None:
    assert admin.post("/api/billing/portal").status_code == 409
    tell(shop, event(admin.organization_id))

    assert admin.post("/api/billing/checkout", {"tier": "basic"}).status_code == 409
    assert admin.post("/api/billing/portal").json() == {"url": "https://pay.example/billing_portal.session"}
    assert "cus_1" in wire.asked[-1][2]


def test_stripe_out_of_order_is_told_as_such(shop: House, admin: Person, wire: Wire) -> None:
    wire.status = 500

    answer = admin.post("/api/billing/checkout", {"tier": "basic"})

    assert (answer.status_code, answer.json()["code"]) == (502, "BILLING_001")
    assert "sk_test" not in answer.text
    assert "Error" not in answer.json()["detail"], "words for people who want to pay, not for those who log"


def test_where_nothing_is_sold_there_is_nothing(house: House) -> None:
    admin = house.register()
    answers = [
        admin.post("/api/billing/checkout", {"tier": "pro"}),
        admin.post("/api/billing/portal"),
        tell(house, event(admin.organization_id)),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(404, "BILLING_002")] * 3
    assert has(admin) == ("free", 5)
