"""A unit of work: one transaction, one organization, and what is to be told once it is committed.

Every statement on a table with an `organization_id` goes through here, so no handler can forget whose rows it sees.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Delete, Select, Table, Update, delete, func, insert, select, update

from cloud.db import tables
from cloud.db.ids import growing_id
from cloud.db.most import MOST
from cloud.problems import Problem, conflict, not_found
from vizora.identifiers import OrganizationId

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """For the people of an organization (CONTRACT section 4): `device:status`, `content:status`…"""

    organization_id: OrganizationId
    type: str
    data: Mapping[str, Any]


@dataclass(slots=True)
class Told:
    """What others hear of a unit of work after its commit; nothing of it when it fails."""

    events: list[Event] = field(default_factory=list)
    organizations: set[OrganizationId] = field(default_factory=set)
    """Organizations whose screens may have to show something else now."""
    topics: list[str] = field(default_factory=list)
    """Names that somebody may be waiting for, as in `pairing:<id>`."""
    revoked_users: list[str] = field(default_factory=list)
    """People of whom something ended or changed: a session, their role, their account. They are looked up anew."""
    revoked_devices: list[str] = field(default_factory=list)
    commanded: list[str] = field(default_factory=list)
    """Screens that have a new command waiting."""
    jobs: bool = False
    """There is something to do: the queue is told, in the process where it came about."""
    missed: bool = False
    """This process was deaf for a while: whoever waits for news looks for itself."""


class Unit:
    def __init__(
        self,
        connection: Connection,
        now: datetime,
        organization_id: OrganizationId | None = None,
        told: Told | None = None,
    ) -> None:
        self.connection = connection
        self.now = now
        self._organization_id = organization_id
        self.told = told if told is not None else Told()

    @property
    def organization_id(self) -> OrganizationId:
        if self._organization_id is None:
            raise RuntimeError("this unit of work belongs to no organization")
        return self._organization_id

    def within(self, organization_id: OrganizationId) -> "Unit":
        """The same transaction, seen from an organization."""
        return Unit(self.connection, self.now, organization_id, self.told)

    # --- reading
    def select(self, table: Table, *columns: Any) -> Select[Any]:
        """A SELECT of this organization's rows of `table`, to be narrowed further."""
        return select(*(columns or (table,))).where(self._own(table))

    def rows(self, query: Select[Any]) -> list[Row]:
        found = self.connection.execute(query)
        names = tuple(found.keys())
        return [dict(zip(names, row, strict=True)) for row in found.all()]

    def row(self, query: Select[Any]) -> Row | None:
        found = self.connection.execute(query).mappings().first()
        return None if found is None else dict(found)

    def get(self, table: Table, id: str) -> Row | None:  # noqa: A002
        return self.row(self.select(table).where(table.c.id == id))

    def find(self, table: Table, id: str, missing: Problem | None = None) -> Row:  # noqa: A002
        """The row; raises `missing` (404) when there is none, or when it is someone else's: the same bytes."""
        row = self.get(table, id)
        if row is None:
            raise missing or not_found()
        return row

    def known(self, table: Table, ids: Iterable[str]) -> set[str]:
        """Those of `ids` that are this organization's."""
        wanted = set(ids)
        if not wanted:
            return set()
        return set(self.connection.scalars(self.select(table, table.c.id).where(table.c.id.in_(wanted))))

    def organization(self, *, held: bool = False) -> Row:
        """Its own row. `held`: until the commit whoever wants to hold it too waits, so what is checked stays true."""
        query = self.select(tables.organizations)
        row = self.row(query.with_for_update() if held else query)
        assert row is not None
        return row

    # --- writing
    def insert(self, table: Table, **values: Any) -> None:
        self.connection.execute(insert(table).values(organization_id=self.organization_id, **values))

    def insert_many(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            self.connection.execute(insert(table), self.owned(rows))

    def owned(self, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """These rows with whose they are."""
        return [{**row, "organization_id": self.organization_id} for row in rows]

    def create(self, table: Table, **values: Any) -> str:
        """Inserts a row of a table with `created_at`, `updated_at` and `revision`; returns its new id.

        Raises Problem 409 when the organization has as many as it may have (`cloud.db.most`).
        """
        if table in MOST:
            most, what = MOST[table]
            self.refuse_beyond(most, self.select(table, func.count()), 1, what)
        id_ = values.pop("id", None) or growing_id(self.now)
        self.insert(table, id=id_, created_at=self.now, updated_at=self.now, revision=1, **values)
        return id_

    def refuse_beyond(self, most: int, count: Select[Any], coming: int, what: str) -> None:
        """Raises Problem 409 when `coming` more of them, which `count` counts, are too many."""
        if (self.connection.scalar(count) or 0) + coming > most:
            raise conflict(f"An organization has at most {most} {what}: delete some first.")

    def change(self, table: Table, id: str, **values: Any) -> None:  # noqa: A002
        """Updates a row of such a table; its revision, and so its ETag, goes up."""
        self.connection.execute(
            self.update(table)
            .where(table.c.id == id)
            .values(updated_at=self.now, revision=table.c.revision + 1, **values)
        )

    def note(self, table: Table, id: str, **values: Any) -> None:  # noqa: A002
        """As `change`, of what no client edits: the revision stays."""
        self.connection.execute(self.update(table).where(table.c.id == id).values(**values))

    def update(self, table: Table) -> Update:
        return update(table).where(self._own(table))

    def delete(self, table: Table) -> Delete:
        return delete(table).where(self._own(table))

    def remove(self, table: Table, id: str) -> None:  # noqa: A002
        self.connection.execute(self.delete(table).where(table.c.id == id))

    def _own(self, table: Table) -> ColumnElement[bool]:
        """The rows that name this organization, and the one that is it."""
        owner = table.c.id if table is tables.organizations else table.c.organization_id
        return owner == self.organization_id

    # --- telling
    def tell(self, type: str, data: Mapping[str, Any]) -> None:  # noqa: A002
        """An event for the organization's people, sent after the commit."""
        self.told.events.append(Event(self.organization_id, type, data))

    def screens_may_change(self) -> None:
        """Call it with every change of what a screen may show: manifests are built anew, screens are nudged."""
        organizations = tables.organizations
        self.connection.execute(self.update(organizations).values(generation=organizations.c.generation + 1))
        self.told.organizations.add(self.organization_id)
