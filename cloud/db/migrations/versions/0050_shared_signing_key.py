"""The manifest signing key may lie in the database, sealed, for clouds of several processes."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("signing_keys", sa.Column("sealed", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("signing_keys", "sealed")
