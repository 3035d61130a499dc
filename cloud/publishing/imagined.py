"""A screen of no one's: for looking at what a screen would play before there is one."""

from collections.abc import Sequence

from cloud.db.unit import Row, Unit


def imagined(unit: Unit, device_ids: Sequence[str] = (), *, time_zone: str = "UTC") -> Row:
    """The columns of `devices` that a manifest is built from. It goes by the first of `device_ids`, if there is one."""
    return {
        "id": device_ids[0] if device_ids else "",
        "organization_id": unit.organization_id,
        "time_zone": time_zone,
        "resolution": "",
        "rotation": 0,
        "background": "#000000",
        "volume": 80,
        "power": [],
        "fallback_playlist_id": None,
    }
