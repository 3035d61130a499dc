"""What an organization may have, by what it pays for (CONTRACT section 3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Tier(StrEnum):
    FREE = "free"
    BASIC = "basic"
    PRO = "pro"
    ENTERPRISE = "enterprise"


SCREENS = {Tier.FREE: 5, Tier.BASIC: 25, Tier.PRO: 100}
"""Enterprise has what was agreed."""
LOOKUP_KEYS = {Tier.BASIC: "vizora_basic", Tier.PRO: "vizora_pro"}
"""The `lookup_key` of each tier's price in Stripe: how we find it, and know it again."""
PAID_FOR = ("active", "trialing", "past_due")
"""States of a subscription in which it counts; `past_due` is Stripe still trying to be paid."""


@dataclass(frozen=True, slots=True)
class Subscription:
    tier: Tier
    status: str


def tier_of(lookup_keys: Iterable[str | None]) -> Tier | None:
    """The highest tier among a subscription's prices; None when none is ours."""
    bought = set(lookup_keys)
    return next((tier for tier in (Tier.PRO, Tier.BASIC) if LOOKUP_KEYS[tier] in bought), None)


def tier_by(subscriptions: Iterable[Subscription]) -> Tier:
    """The best one that is paid for."""
    paid = {subscription.tier for subscription in subscriptions if subscription.status in PAID_FOR}
    return next((tier for tier in (Tier.PRO, Tier.BASIC) if tier in paid), Tier.FREE)
