"""The audit log keeps what a thing was called when it was changed. Older rows are never rewritten."""

import sqlalchemy as sa
from alembic import op

revision = "0430"
down_revision = "0410"


def upgrade() -> None:
    op.add_column("audit_logs", sa.Column("entity_name", sa.String(300)))


def downgrade() -> None:
    op.drop_column("audit_logs", "entity_name")
