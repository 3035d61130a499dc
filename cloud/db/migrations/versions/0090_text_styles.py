"""How a text looks: still, ticker or clock, colours, sizes."""

import sqlalchemy as sa
from alembic import op

revision = "0090"
down_revision = "0071"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("content", sa.Column("style", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("content", "style")
