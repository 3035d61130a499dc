from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from edge.cache.need import needed_at
from tests.fakes.device_cloud import manifest
from vizora.manifest.model import Manifest

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


def needed(now: datetime = NOON, **fields: Any) -> dict[str, datetime]:
    document = manifest(1, {name: name.encode() for name in ("a", "b", "c", "d")}, timeZone="UTC")
    document["playlists"] = {
        name: {
            "items": [
                {"id": f"{name}{n}", "contentId": content, "durationMs": 10_000} for n, content in enumerate(items)
            ]
        }
        for name, items in {"ab": "ab", "ba": "ba", "c": "c"}.items()
    }
    document["schedules"] = []
    found = needed_at(msgspec.convert({**document, **fields}, Manifest), now)
    return {str(content): at for content, at in found.items()}


def schedule(playlist: str, **recurrence: Any) -> dict[str, Any]:
    return {"id": playlist, "timeZone": "UTC", "playlistId": playlist, "recurrence": recurrence}


def test_what_is_on_now_comes_first_from_the_item_on_the_glass_on() -> None:
    always = [schedule("ab", kind="always")]

    assert sorted(needed(NOON, schedules=always), key=needed(NOON, schedules=always).__getitem__) == ["a", "b"]
    half_a_cycle_on = needed(NOON + timedelta(seconds=10), schedules=always)
    assert half_a_cycle_on["b"] < half_a_cycle_on["a"]


def test_what_comes_today_has_its_hour_and_what_comes_never_has_none() -> None:
    found = needed(
        schedules=[
            schedule("c", kind="weekly", days=[1, 2, 3, 4, 5, 6, 7], startTime="18:00", endTime="19:00"),
            schedule("ab", kind="once", start="2027-01-01T00:00", end="2027-01-02T00:00"),
        ]
    )

    assert found == {"c": NOON.replace(hour=18)}


def test_nothing_scheduled_needs_nothing() -> None:
    assert needed() == {}
