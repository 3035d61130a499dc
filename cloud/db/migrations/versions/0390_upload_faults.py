"""Why a file can't be shown, as a code and its parts. What failed before keeps its sentence."""

import sqlalchemy as sa
from alembic import op

revision = "0390"
down_revision = "0380"


def upgrade() -> None:
    op.add_column("content", sa.Column("upload_fault", sa.JSON))


def downgrade() -> None:
    op.drop_column("content", "upload_fault")
