"""What is to be done beside the requests, and who does it."""

from sqlalchemy import Column, Index, Integer, String, Table, Text, UniqueConstraint

from cloud.db.tables.columns import metadata, of, own_id
from cloud.db.types import Id, Instant

# What is to be done beside the requests; the row goes when it is done. Periodic work has no subject, its row stays.
jobs = Table(
    "jobs",
    metadata,
    own_id(),
    of("organization_id", "organizations", nullable=True),
    Column("kind", String(40), nullable=False),
    Column("subject", String(36), nullable=False),  # the id of what it is about
    Column("payload", Text),  # sealed, where it is not to be read in the database
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),  # that began; a worker may have died in one
    Column("taken_by", Id),  # the worker; it is nobody's again when that one is not alive any more
    Column("fault", Text),  # of the last attempt
    Column("given_up_at", Instant),
    Column("request_id", String(64)),  # of what somebody's request brought about
    UniqueConstraint("kind", "subject"),
    Index("ix_jobs_due_at", "due_at"),
)

# Who does the jobs. One that has said nothing for a while is dead, and what it had taken is anybody's.
workers = Table(
    "workers",
    metadata,
    own_id(),
    Column("name", String(200), nullable=False),  # machine and process, for people
    Column("started_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
)
