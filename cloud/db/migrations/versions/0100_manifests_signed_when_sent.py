"""A manifest is signed when it is sent: Ed25519 gives the same signature each time, so there is nothing to keep."""

import sqlalchemy as sa
from alembic import op

revision = "0100"
down_revision = "0090"


def upgrade() -> None:
    op.drop_column("manifests", "signature")


def downgrade() -> None:
    op.add_column("manifests", sa.Column("signature", sa.Text(), nullable=False, server_default=""))
