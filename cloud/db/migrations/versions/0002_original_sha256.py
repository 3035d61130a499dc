"""Content remembers the hash of what was sent, so that a client knows its own file again."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("content", sa.Column("original_sha256", sa.String(64), nullable=True))
    op.execute("UPDATE content SET original_sha256 = sha256")


def downgrade() -> None:
    op.drop_column("content", "original_sha256")
