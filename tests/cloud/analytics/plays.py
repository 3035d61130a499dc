"""Plays as rows, for tests that write them down without a screen."""

from datetime import UTC, datetime
from typing import Any

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


def play_row(n: int = 0, **changes: Any) -> dict[str, Any]:
    """A row of `plays` without its organization."""
    return {
        "device_id": "d", "boot_id": "b", "n": n, "item_id": "i", "content_id": "c", "playlist_id": "p",
        "schedule_id": None, "started_at": AT, "duration_ms": 1000, "completed": True, "clock": "trusted",
        "received_at": AT,
    } | changes  # fmt: skip
