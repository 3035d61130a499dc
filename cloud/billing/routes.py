"""The billing room: to pay, to look after what was bought, and to hear from Stripe."""

from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec
from starlette.responses import Response

from cloud.billing.subscriptions import apply, customer_of, is_paid_for
from cloud.billing.tiers import Tier
from cloud.bodies import Body, whole_body
from cloud.db.unit import Unit
from cloud.endpoints import Call, Endpoint, Reply
from cloud.principals import Access
from cloud.problems import Problem, conflict, invalid_field
from cloud.rooms import Room
from cloud.services import Cloud

if TYPE_CHECKING:
    from cloud.billing.stripe_client import Stripe


class Sold(StrEnum):
    BASIC = "basic"
    PRO = "pro"


class Checkout(Body, frozen=True):
    tier: Sold


class Billing:
    """The part: Stripe, when it is configured."""

    def __init__(self, stripe: "Stripe | None" = None) -> None:
        self._stripe = stripe

    @property
    def stripe(self) -> "Stripe":
        """Raises Problem 404 where nothing is sold."""
        if self._stripe is None:
            raise Problem(404, "BILLING_002", "This server sells nothing: its operator sets quotas.")
        return self._stripe


async def checkout(call: Call) -> Response:
    """`{tier}` → `{url}`: a page of Stripe's to pay on."""
    stripe = call.cloud.part(Billing).stripe
    wanted: Checkout = call.body

    def look(unit: Unit) -> str | None:
        if is_paid_for(unit):
            raise conflict("The organization pays already: change or end that in the portal.")
        return customer_of(unit)

    customer = await call.read(look)
    url = await call.cloud.outside(
        lambda: stripe.checkout(
            str(call.organization_id),
            Tier(wanted.tier.value),
            customer=customer,
            email=call.user.email,
            back=_back(call),
        )
    )
    return await _told(call, url)


async def portal(call: Call) -> Response:
    """`{url}`: a page of Stripe's to change, pay and end what was bought."""
    stripe = call.cloud.part(Billing).stripe
    customer = await call.read(customer_of)
    if customer is None:
        raise conflict("The organization bought nothing yet: there is nothing to look after.")
    return await _told(call, await call.cloud.outside(lambda: stripe.portal(customer, back=_back(call))))


async def webhook(call: Call) -> Response:
    """Stripe's messages: 200 once what they say is committed, however often they come."""
    from cloud.billing.stripe_client import NotFromStripe  # here: only where something is sold

    stripe = call.cloud.part(Billing).stripe
    body = await whole_body(call.request)
    try:
        message = stripe.message(body, call.request.headers.get("stripe-signature"), call.cloud.clock.now())
        await call.cloud.write(lambda unit: apply(unit, message))
    except NotFromStripe as fault:
        raise invalid_field("Stripe-Signature", "is missing, wrong or too old") from fault
    except msgspec.ValidationError as fault:
        raise invalid_field("/data/object", str(fault)) from fault
    return Reply({"received": True}).response()


async def _told(call: Call, url: str) -> Response:
    await call.write(lambda unit: call.audit(unit, str(call.organization_id)))
    return Reply({"url": url}).response()


def _back(call: Call) -> str:
    return f"{call.cloud.config.public_url}/organization"


def parts(cloud: Cloud) -> Iterable[object]:
    if cloud.config.stripe_secret_key is None or cloud.config.stripe_webhook_secret is None:
        return (Billing(),)
    from cloud.billing.stripe_client import Stripe  # here: a second of importing that most clouds don't need

    return (Billing(Stripe(cloud.config.stripe_secret_key, cloud.config.stripe_webhook_secret)),)


ROOM = Room(
    endpoints=(
        Endpoint("POST", "/api/billing/checkout", checkout, Access.ADMIN, Checkout, "billing.checkout"),
        Endpoint("POST", "/api/billing/portal", portal, Access.ADMIN, action="billing.portal"),
        Endpoint("POST", "/api/billing/webhook", webhook, Access.PUBLIC),
    ),
    parts=parts,
)
