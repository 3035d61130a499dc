"""Subscriptions, and the messages of Stripe that were taken."""

import sqlalchemy as sa
from alembic import op

from cloud.db import types

revision = "0040"
down_revision = "0030"
branch_labels = None
depends_on = None


def _organization() -> tuple[sa.Column[str], sa.ForeignKeyConstraint]:
    return (
        sa.Column("organization_id", types.Id(length=36), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], ondelete="CASCADE"),
    )


def upgrade() -> None:
    op.create_table(
        "subscriptions",
        *_organization(),
        sa.Column("id", sa.String(255), primary_key=True),
        sa.Column("customer_id", sa.String(255), nullable=False),
        sa.Column("tier", sa.String(20), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("event_at", sa.BigInteger(), nullable=False),
        sa.Column("event_rank", sa.Integer(), nullable=False),
    )
    op.create_index("ix_subscriptions_organization", "subscriptions", ["organization_id"])
    op.create_table(
        "billing_events",
        *_organization(),
        sa.Column("id", sa.String(255), primary_key=True),
        sa.Column("type", sa.String(80), nullable=False),
        sa.Column("received_at", types.Instant(timezone=True), nullable=False),
    )


def downgrade() -> None:
    for table in ("billing_events", "subscriptions"):
        op.drop_table(table)
