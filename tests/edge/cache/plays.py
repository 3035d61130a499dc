"""Plays for tests, as values and as the player writes them."""

from datetime import UTC, datetime

import msgspec

from vizora.identifiers import BootId, ContentId, ItemId, PlaylistId
from vizora.plays import Play
from vizora.schedule.model import ClockTrust


def play(n: int, boot: str = "boot-a") -> Play:
    return Play(
        boot_id=BootId(boot),
        n=n,
        item_id=ItemId("i"),
        content_id=ContentId("c"),
        playlist_id=PlaylistId("p"),
        schedule_id=None,
        started_at=datetime(2026, 12, 1, tzinfo=UTC),
        duration_ms=10_000,
        completed=True,
        clock=ClockTrust.TRUSTED,
    )


def lines(*numbers: int, boot: str = "boot-a") -> bytes:
    return b"".join(msgspec.json.encode(play(n, boot)) + b"\n" for n in numbers)
