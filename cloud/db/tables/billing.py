"""What Stripe told."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from cloud.db.tables.columns import metadata, of_organization
from cloud.db.types import Instant

# As Stripe told it last; the organization's tier follows from all of its subscriptions.
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", String(255), primary_key=True),  # Stripe's
    of_organization(),
    Column("customer_id", String(255), nullable=False),
    Column("tier", String(20), nullable=False),
    Column("status", String(40), nullable=False),
    Column("event_at", BigInteger, nullable=False),  # seconds since 1970, of the message that told it
    Column("event_rank", Integer, nullable=False),
    Index("ix_subscriptions_organization", "organization_id"),
)

# Stripe's messages that were taken, so that none is taken twice.
billing_events = Table(
    "billing_events",
    metadata,
    Column("id", String(255), primary_key=True),
    of_organization(),
    Column("type", String(80), nullable=False),
    Column("received_at", Instant, nullable=False),
)
