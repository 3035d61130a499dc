"""Updates of the screens' systems: releases, who follows which, and what became of them."""

import sqlalchemy as sa
from alembic import op

from cloud.db.types import Id, Instant

revision = "0380"
down_revision = "0370"


def upgrade() -> None:
    op.add_column("organizations", sa.Column("update_channel", sa.String(10), nullable=False, server_default="stable"))
    for name, usual in (("update_window_start", "02:00"), ("update_window_end", "05:00")):
        op.add_column("organizations", sa.Column(name, sa.String(5), nullable=False, server_default=usual))
    op.add_column("devices", sa.Column("update_channel", sa.String(10)))
    op.create_table(
        "releases",
        sa.Column("id", Id, nullable=False),
        sa.Column("version", sa.String(60), nullable=False),
        sa.Column("board", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("step_since", Instant, nullable=False),
        sa.Column("counted_since", Instant, nullable=False),
        sa.Column("halted_at", Instant),
        sa.Column("halted_why", sa.String(300), server_default="", nullable=False),
        sa.Column("withdrawn_at", Instant),
        sa.PrimaryKeyConstraint("id", name="pk_releases"),
        sa.UniqueConstraint("version", "board", name="uq_releases_version"),
    )
    op.create_table(
        "device_updates",
        sa.Column("organization_id", Id, nullable=False),
        sa.Column("device_id", Id, nullable=False),
        sa.Column("release_id", Id, nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("why", sa.String(300), server_default="", nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_device_updates_organization_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name="fk_device_updates_device_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["release_id"], ["releases.id"], name="fk_device_updates_release_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("device_id", "release_id", name="pk_device_updates"),
    )
    op.create_index("ix_device_updates_release", "device_updates", ["release_id", "at"])


def downgrade() -> None:
    op.drop_table("device_updates")
    op.drop_table("releases")
    op.drop_column("devices", "update_channel")
    for name in ("update_window_end", "update_window_start", "update_channel"):
        op.drop_column("organizations", name)
