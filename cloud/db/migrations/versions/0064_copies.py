"""When a screen was found to be two."""

import sqlalchemy as sa
from alembic import op

from cloud.db.types import Instant

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("devices", sa.Column("copies_seen_at", Instant(), nullable=True))


def downgrade() -> None:
    op.drop_column("devices", "copies_seen_at")
