"""Uploads that can be taken up again."""

import sqlalchemy as sa
from alembic import op

from cloud.db import types

revision = "0020"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "uploads",
        sa.Column("id", types.Id(length=36), nullable=False),
        sa.Column("organization_id", types.Id(length=36), nullable=False),
        sa.Column("user_id", types.Id(length=36), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("upload_metadata", sa.JSON(), nullable=False),
        sa.Column("content_id", types.Id(length=36), nullable=True),
        sa.Column("created_at", types.Instant(timezone=True), nullable=False),
        sa.Column("expires_at", types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_uploads_organization_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
    )
    op.create_index("ix_uploads_organization", "uploads", ["organization_id", "expires_at"], unique=False)


def downgrade() -> None:
    op.drop_table("uploads")
