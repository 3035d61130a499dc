"""Work for later, and who does it. What was being checked becomes a job."""

import uuid

import sqlalchemy as sa
from alembic import op

from cloud.db import types

revision = "0070"
down_revision = "0064"
branch_labels = None
depends_on = None


def upgrade() -> None:
    jobs = op.create_table(
        "jobs",
        sa.Column("id", types.Id(length=36), nullable=False),
        sa.Column("organization_id", types.Id(length=36), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=36), nullable=False),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.Column("created_at", types.Instant(timezone=True), nullable=False),
        sa.Column("due_at", types.Instant(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("taken_by", types.Id(length=36), nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.Column("given_up_at", types.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_jobs_organization_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("kind", "subject", name=op.f("uq_jobs_kind")),
    )
    op.create_index("ix_jobs_due_at", "jobs", ["due_at"], unique=False)
    op.create_table(
        "workers",
        sa.Column("id", types.Id(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("started_at", types.Instant(timezone=True), nullable=False),
        sa.Column("seen_at", types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workers")),
    )
    content = sa.table(
        "content",
        sa.column("id", types.Id()),
        sa.column("organization_id", types.Id()),
        sa.column("status", sa.String()),
        sa.column("created_at", types.Instant()),
    )
    waiting = op.get_bind().execute(sa.select(content).where(content.c.status == "processing")).mappings().all()
    rows = [
        {
            "id": str(uuid.uuid4()),
            "organization_id": row["organization_id"],
            "kind": "content.check",
            "subject": row["id"],
            "created_at": row["created_at"],
            "due_at": row["created_at"],
        }
        for row in waiting
    ]
    op.bulk_insert(jobs, rows)


def downgrade() -> None:
    op.drop_table("workers")
    op.drop_table("jobs")
