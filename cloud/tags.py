"""Tags, which group screens and content alike: rows of (owner, tag), in a table for each kind of owner."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from sqlalchemy import Table

from cloud.db import tables
from cloud.db.given import among
from cloud.db.unit import Unit
from cloud.problems import FieldError

OWNER = {tables.device_tags: "device_id", tables.content_tags: "content_id"}
"""The column that names whose tags they are."""
MAX_TAGS = 50
MAX_CHARACTERS = 60


def wrong_tags(tags: Sequence[str], field: str = "/tags") -> Iterator[FieldError]:
    if len(tags) > MAX_TAGS:
        yield FieldError(field, f"must have at most {MAX_TAGS} entries")
    for index, tag in enumerate(tags):
        if not 1 <= len(tag.strip()) <= MAX_CHARACTERS:
            yield FieldError(f"{field}/{index}", f"must have 1 to {MAX_CHARACTERS} characters")


def tidied(tags: Iterable[str]) -> tuple[str, ...]:
    """Without blanks at their ends, each once."""
    return tuple(dict.fromkeys(tag.strip() for tag in tags))


def replace_tags(unit: Unit, table: Table, owner_id: str, tags: Sequence[str]) -> None:
    owner = OWNER[table]
    unit.connection.execute(unit.delete(table).where(table.c[owner] == owner_id))
    unit.insert_many(table, [{owner: owner_id, "tag": tag} for tag in dict.fromkeys(tags)])


def tags_of(unit: Unit, table: Table, owner_ids: Collection[str]) -> dict[str, list[str]]:
    """The tags of each, sorted; an empty list for those without."""
    owner = OWNER[table]
    found: dict[str, list[str]] = defaultdict(list)
    query = unit.select(table, table.c[owner], table.c.tag).where(among(unit, table.c[owner], owner_ids))
    for row in unit.rows(query.order_by(table.c.tag)):
        found[row[owner]].append(row["tag"])
    return found
