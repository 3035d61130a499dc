"""Signing keys that follow one another."""

import sqlalchemy as sa
from alembic import op

revision = "0410"
down_revision = "0390"


def upgrade() -> None:
    op.add_column("signing_keys", sa.Column("follows", sa.String(60)))
    op.add_column("signing_keys", sa.Column("handover", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("signing_keys", "handover")
    op.drop_column("signing_keys", "follows")
