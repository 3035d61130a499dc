"""What the billing room answers."""

from typing import Any

from cloud.openapi.description import JSON, Described, Shape, one


class PageShape(Shape, frozen=True):
    url: str


class ReceivedShape(Shape, frozen=True):
    received: bool


_OFF = {404: ("BILLING_002",), 409: ("CONFLICT_001",), 502: ("BILLING_001",)}

DESCRIBED = {
    "POST /api/billing/checkout": Described("A page to pay on", one(PageShape, note="Stripe's page."), problems=_OFF),
    "POST /api/billing/portal": Described(
        "A page to look after what was bought", one(PageShape, note="Stripe's page."), problems=_OFF
    ),
    "POST /api/billing/webhook": Described(
        "Messages from Stripe, signed by it",
        one(ReceivedShape, note="What it says is committed."),
        problems={400: ("VALIDATION_001",), 404: ("BILLING_002",), 413: ("VALIDATION_001",)},
        bodies=((JSON, dict[str, Any]),),
    ),
}
