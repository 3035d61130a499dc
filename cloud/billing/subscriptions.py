"""What Stripe tells, made into tiers: each message once, and none over a newer one."""

import logging
from typing import TYPE_CHECKING

import msgspec

from cloud.audit.log import write_down
from cloud.billing.tiers import PAID_FOR, SCREENS, Subscription, Tier, tier_by, tier_of
from cloud.db import tables
from cloud.db.unit import Row, Unit
from cloud.db.upsert import insert_new, put
from vizora.identifiers import OrganizationId

if TYPE_CHECKING:
    from cloud.billing.stripe_client import Message

log = logging.getLogger("vizora.cloud")
RANK = {
    "customer.subscription.created": 0,
    "customer.subscription.updated": 1,
    "customer.subscription.deleted": 2,
}
"""Messages that count. Stripe dates them to the second: within one, the higher rank came later."""


class _Price(msgspec.Struct, frozen=True):
    lookup_key: str | None = None


class _Item(msgspec.Struct, frozen=True):
    price: _Price


class _Items(msgspec.Struct, frozen=True):
    data: list[_Item]


class Told(msgspec.Struct, frozen=True):
    """The parts of Stripe's subscription that matter here."""

    id: str
    customer: str
    status: str
    items: _Items
    metadata: dict[str, str] = {}


def apply(unit: Unit, message: "Message") -> bool:
    """Whether it changed what we know. Repeated, outdated and foreign messages change nothing.

    Raises msgspec.ValidationError when Stripe's subscription is not one.
    """
    if message.type not in RANK:
        return False
    told = msgspec.convert(message.object, Told)
    tier = tier_of(item.price.lookup_key for item in told.items.data)
    organization = told.metadata.get("organizationId")
    if tier is None or organization is None:
        log.warning("billing: %s is about a subscription that is not of Vizora", message.id)
        return False
    own = unit.within(OrganizationId(organization))
    there = own.row(own.select(tables.organizations).with_for_update())
    if there is None:
        log.warning("billing: %s is about an organization that is not here", message.id)
        return False
    if not insert_new(own, tables.billing_events, [{"id": message.id, "type": message.type, "received_at": unit.now}]):
        return False
    if not _is_news(own, told.id, message):
        return False
    row = {
        "id": told.id, "customer_id": told.customer, "tier": tier.value, "status": told.status,
        "event_at": message.created, "event_rank": RANK[message.type],
    }  # fmt: skip
    put(own, tables.subscriptions, ["id"], row)
    _set_tier(own, there)
    return True


def _is_news(unit: Unit, subscription_id: str, message: "Message") -> bool:
    known = unit.get(tables.subscriptions, subscription_id)
    rank = RANK[message.type]
    return known is None or (known["event_at"], known["event_rank"]) <= (message.created, rank)


def _set_tier(unit: Unit, organization: Row) -> None:
    """Screens that are there stay; a smaller quota only refuses new ones. What was agreed by hand is left alone."""
    rows = unit.rows(unit.select(tables.subscriptions))
    tier = tier_by(Subscription(Tier(row["tier"]), row["status"]) for row in rows)
    if organization["tier"] in (Tier.ENTERPRISE, tier):
        return
    unit.change(tables.organizations, unit.organization_id, tier=tier.value, screen_quota=SCREENS[tier])
    write_down(unit, "billing.tier", subject=unit.organization_id)


def customer_of(unit: Unit) -> str | None:
    """Who the organization is for Stripe, once it bought something."""
    table = tables.subscriptions
    newest = unit.select(table).order_by(table.c.event_at.desc(), table.c.id).limit(1)
    row = unit.row(newest)
    return None if row is None else str(row["customer_id"])


def is_paid_for(unit: Unit) -> bool:
    table = tables.subscriptions
    return unit.row(unit.select(table).where(table.c.status.in_(PAID_FOR)).limit(1)) is not None
