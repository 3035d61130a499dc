"""Two requests that meet at one upload, and lines and servers that break in the middle of it."""

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from cloud.db import tables
from cloud.db.unit import Row, Unit
from cloud.db.upsert import put
from cloud.uploads import pieces
from cloud.uploads.pieces import Pieces
from tests.cloud.content.studio import Studio
from tests.cloud.house import House
from tests.cloud.uploads.sender import PICTURE, Sender, stored
from vizora.identifiers import OrganizationId


def takes_anything(unit: Unit, upload_id: str, start: int, size: int, key: str) -> None:
    """The broken twin: counts bytes wherever they belong."""
    uploads, row = tables.uploads, {"upload_id": upload_id, "start": start, "size": size, "storage_key": key}
    unit.connection.execute(unit.update(uploads).values(received=uploads.c.received + size))
    put(unit, tables.upload_pieces, ("upload_id", "start"), row)


@pytest.mark.parametrize(("count", "told"), [(pieces.count, True), (takes_anything, False)])
def test_of_two_that_bring_the_same_bytes_the_second_is_told_that_they_are_there(
    sender: Sender, studio: Studio, monkeypatch: pytest.MonkeyPatch, count: Any, told: bool
) -> None:
    """As when a line broke, the client went on at another process, and this one still had bytes of the first line."""
    place = sender.place(len(PICTURE))

    def body() -> Iterator[bytes]:
        yield PICTURE[:30]
        bring(studio, place, PICTURE[:50])
        monkeypatch.setattr(pieces, "count", count)
        yield PICTURE[30:40]

    late = sender.append(place, 0, body())  # type: ignore[arg-type]

    assert (late.status_code == 409 and late.headers["Upload-Offset"] == "50") is told
    last = sender.append(place, sender.offset(place), PICTURE[sender.offset(place) :])
    whole = studio.show(last.headers.get("Vizora-Content-Id", "none")).get("originalSha256")
    assert (whole == hashlib.sha256(PICTURE).hexdigest()) is told
    assert stored(studio) == [] or not told


def test_a_file_that_two_requests_finish_at_the_same_time_is_one_content(sender: Sender, studio: Studio) -> None:
    place = whole(sender, studio)
    with ThreadPoolExecutor(4) as clients:
        asked = list(clients.map(lambda _: sender.request("HEAD", place).headers["Vizora-Content-Id"], range(4)))
    studio.settle()

    assert len(set(asked)) == 1
    assert len(studio.person.get("/api/content").json()["items"]) == 1
    assert studio.stored() == 2
    assert stored(studio) == []


def test_bytes_that_are_gone_because_the_other_one_was_quicker_are_not_asked_for_again(
    sender: Sender, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = whole(sender, studio)
    read, other = Pieces.read, list[str]()

    def late(self: Pieces, rows: Sequence[Row]) -> Iterator[bytes]:
        if not other:
            other.append("under way")
            other.append(sender.request("HEAD", place).headers["Vizora-Content-Id"])
        return read(self, rows)

    monkeypatch.setattr(Pieces, "read", late)
    asked = sender.request("HEAD", place)

    assert asked.headers["Vizora-Content-Id"] == other[1]
    assert sender.offset(place) == len(PICTURE)


def test_an_upload_that_became_content_between_two_looks_is_told_as_that(
    sender: Sender, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = whole(sender, studio)
    of, other = pieces.of, list[str]()

    def late(unit: Unit, upload_id: str) -> list[Row]:
        if not other:
            other.append("under way")
            other.append(sender.request("HEAD", place).headers["Vizora-Content-Id"])
        return of(unit, upload_id)

    monkeypatch.setattr(pieces, "of", late)
    asked = sender.request("HEAD", place)

    assert asked.headers["Vizora-Content-Id"] == other[1]
    assert sender.offset(place) == len(PICTURE)


def whole(sender: Sender, studio: Studio) -> str:
    """An upload whose last bytes were counted just before the server was killed."""
    place = sender.place(len(PICTURE))
    bring(studio, place, PICTURE)
    return place


def bring(studio: Studio, place: str, data: bytes) -> None:
    """The first bytes of an upload, as another process takes them."""
    cloud, organization = studio.house.cloud, OrganizationId(studio.person.organization_id)
    store = cloud.part(Pieces)
    with store.staging.open_piece() as piece:
        piece.write(data)
        key = store.put(piece)
    with cloud.database.write(organization) as connection:
        unit = Unit(connection, cloud.clock.now(), organization)
        pieces.count(unit, place.rpartition("/")[2], 0, len(data), key)


def test_bytes_that_the_store_has_lost_are_asked_for_again(sender: Sender, studio: Studio) -> None:
    """As after restoring a backup, in which uploads under way are not."""
    place = sender.place(len(PICTURE))
    sender.append(place, 0, PICTURE[:50])
    studio.house.cloud.part(Pieces).remove(stored(studio))
    last = sender.append(place, 50, PICTURE[50:])

    assert (last.status_code, last.headers["Upload-Offset"], sender.offset(place)) == (409, "0", 0)
    assert sender.append(place, 0, PICTURE).headers["Vizora-Content-Id"]


def test_a_line_that_breaks_leaves_what_came(sender: Sender, studio: Studio, house: House) -> None:
    """As the server sees it: the body ends before its announced end (the real kill is in test_kill)."""
    place = sender.place(len(PICTURE))

    def body() -> Iterator[bytes]:
        yield PICTURE[:30]

    assert sender.append(place, 0, body()).status_code == 204  # type: ignore[arg-type]
    assert sender.offset(place) == 30
    assert sender.append(place, 30, PICTURE[30:]).headers["Vizora-Content-Id"]


def test_the_last_byte_came_but_the_server_was_killed_before_it_was_content(sender: Sender, studio: Studio) -> None:
    place = whole(sender, studio)
    asked = sender.request("HEAD", place)

    assert studio.show(asked.headers["Vizora-Content-Id"])["size"] == len(PICTURE)
    assert sender.request("HEAD", place).headers["Vizora-Content-Id"] == asked.headers["Vizora-Content-Id"]
