"""Enrolment tokens for fleets, and which device came by which."""

import sqlalchemy as sa
from alembic import op

from cloud.db.types import Id, Instant

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "enrolment_tokens",
        sa.Column("id", Id(), nullable=False),
        sa.Column("organization_id", Id(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("max_uses", sa.Integer(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("location", sa.String(200), nullable=False),
        sa.Column("time_zone", sa.String(64), nullable=False),
        sa.Column("user_id", Id(), nullable=True),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("id", name="pk_enrolment_tokens"),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], ondelete="CASCADE"),
        sa.UniqueConstraint("token_hash", name="uq_enrolment_tokens_token_hash"),
    )
    op.create_index("ix_enrolment_tokens_organization", "enrolment_tokens", ["organization_id", "created_at"])
    op.create_table(
        "enrolments",
        sa.Column("organization_id", Id(), nullable=False),
        sa.Column("token_id", Id(), nullable=False),
        sa.Column("public_key", sa.String(64), nullable=False),
        sa.Column("device_id", Id(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("token_id", "public_key", name="pk_enrolments"),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["token_id"], ["enrolment_tokens.id"], ondelete="CASCADE"),
    )


def downgrade() -> None:
    for table in ("enrolments", "enrolment_tokens"):
        op.drop_table(table)
