"""The columns that tables share."""

from typing import Any

from sqlalchemy import Column, ForeignKey, Integer, MetaData

from cloud.db.types import Id, Instant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def own_id() -> Column[str]:
    return Column("id", Id, primary_key=True)


def of_organization() -> Column[str]:
    return Column("organization_id", Id, ForeignKey("organizations.id", ondelete="CASCADE"), nullable=False)


def of(name: str, table: str, *, key: str = "id", nullable: bool = False) -> Column[str]:
    return Column(name, Id, ForeignKey(f"{table}.{key}", ondelete="CASCADE"), nullable=nullable)


def tracked() -> tuple[Column[Any], ...]:
    return (
        Column("created_at", Instant, nullable=False),
        Column("updated_at", Instant, nullable=False),
        Column("revision", Integer, nullable=False, server_default="1"),
    )
