"""A job knows which request brought it about: the worker's log names it."""

import sqlalchemy as sa
from alembic import op

revision = "0450"
down_revision = "0430"


def upgrade() -> None:
    op.add_column("jobs", sa.Column("request_id", sa.String(64)))


def downgrade() -> None:
    op.drop_column("jobs", "request_id")
