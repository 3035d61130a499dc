"""The language in which somebody reads the pages."""

import sqlalchemy as sa
from alembic import op

revision = "0370"
down_revision = "0101"


def upgrade() -> None:
    op.add_column("users", sa.Column("language", sa.String(8)))


def downgrade() -> None:
    op.drop_column("users", "language")
