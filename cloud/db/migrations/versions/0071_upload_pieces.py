"""Bytes of uploads under way lie in the store, piece by piece, for any process to go on. Those of before start anew."""

import sqlalchemy as sa
from alembic import op

from cloud.db import types

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("uploads", sa.Column("received", sa.BigInteger(), server_default="0", nullable=False))
    op.create_table(
        "upload_pieces",
        sa.Column("organization_id", types.Id(length=36), nullable=False),
        sa.Column("upload_id", types.Id(length=36), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("storage_key", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_upload_pieces_organization_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["uploads.id"], name=op.f("fk_upload_pieces_upload_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("upload_id", "start", name=op.f("pk_upload_pieces")),
    )


def downgrade() -> None:
    op.drop_table("upload_pieces")
    op.drop_column("uploads", "received")
