"""Stripe by its own SDK: pages to pay on, and messages that are really from there."""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

import msgspec
import stripe

from cloud.billing.tiers import LOOKUP_KEYS, Tier
from cloud.problems import Problem, invalid_field

log = logging.getLogger("vizora.cloud")
T = TypeVar("T")
TOLERANCE = timedelta(minutes=5)
"""How old a message may be: an old one that was overheard is refused."""
ANSWER_S = 20


@dataclass(frozen=True, slots=True)
class Message:
    """What Stripe's webhook tells."""

    id: str
    type: str
    created: int
    """Seconds since 1970."""
    object: Mapping[str, Any]


class NotFromStripe(Exception):
    """No signature, a wrong one, or one that is too old."""


class Stripe:
    """Blocking; any thread may call it. Raises Problem 502 when Stripe can't be asked or says no."""

    def __init__(self, secret_key: str, webhook_secret: str, http: stripe.HTTPClient | None = None) -> None:
        self._webhook_secret = webhook_secret
        self._key = secret_key
        self._http = http
        self._client: stripe.StripeClient | None = None
        self._lock = threading.Lock()

    def checkout(self, organization_id: str, tier: Tier, *, customer: str | None, email: str, back: str) -> str:
        """The address of a page to pay on; it leads back to `back`."""

        def ask(client: stripe.StripeClient) -> str | None:
            prices = client.v1.prices.list({"lookup_keys": [LOOKUP_KEYS[tier]], "active": True, "limit": 1}).data
            if not prices:
                raise Problem(
                    409, "CONFLICT_001", f"Stripe has no active price with the lookup key {LOOKUP_KEYS[tier]}."
                )
            who: Any = {"customer": customer} if customer else {"customer_email": email}
            wanted: Any = {
                "mode": "subscription",
                "line_items": [{"price": prices[0].id, "quantity": 1}],
                "client_reference_id": organization_id,
                "subscription_data": {"metadata": {"organizationId": organization_id}},
                "success_url": f"{back}?paid=yes",
                "cancel_url": f"{back}?paid=no",
                **who,
            }
            return client.v1.checkout.sessions.create(wanted).url

        return self._asked(ask)

    def portal(self, customer: str, *, back: str) -> str:
        """The address of a page where the customer changes, pays and ends what was bought."""
        return self._asked(
            lambda client: client.v1.billing_portal.sessions.create({"customer": customer, "return_url": back}).url
        )

    def message(self, body: bytes, signature: str | None, now: datetime) -> Message:
        """Raises NotFromStripe; Problem 400 when Stripe's own message is not understood."""
        try:
            stripe.WebhookSignature.verify_header(body, signature, self._webhook_secret)
            signed_at = int(dict(part.split("=", 1) for part in (signature or "").split(","))["t"])
        except (stripe.SignatureVerificationError, UnicodeDecodeError, ValueError, KeyError) as fault:
            raise NotFromStripe from fault
        if abs(now.timestamp() - signed_at) > TOLERANCE.total_seconds():
            raise NotFromStripe
        try:
            told = msgspec.json.decode(body, type=_Told)
        except msgspec.MsgspecError as fault:
            raise invalid_field("", str(fault)) from fault
        created = told.created if isinstance(told.created, int) else 0
        return Message(told.id, told.type, created, told.data.object)

    def _asked(self, ask: Callable[[stripe.StripeClient], str | None]) -> str:
        try:
            answer = ask(self._connected())
        except stripe.StripeError as fault:
            log.warning("billing: Stripe can't be asked: %s", type(fault).__name__)  # its words may hold the key
            raise Problem(
                502, "BILLING_001", "The payment service can't be asked now: try again in a while."
            ) from fault
        if not answer:
            raise Problem(502, "BILLING_001", "Stripe answered without an address.")
        return answer

    def _connected(self) -> stripe.StripeClient:
        with self._lock:
            if self._client is None:
                http = self._http or stripe.RequestsClient(timeout=ANSWER_S)
                self._client = stripe.StripeClient(self._key, http_client=http, max_network_retries=1)
            return self._client


class _Data(msgspec.Struct, frozen=True):
    object: dict[str, Any] = {}


class _Told(msgspec.Struct, frozen=True):
    """Also a "thin" one, which has no object and writes its time as text: refused, it would be sent for days."""

    id: str
    type: str
    created: int | str = 0
    data: _Data = _Data()
