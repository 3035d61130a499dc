"""What is said of a screen: computed from presence and from what it reported, never stored as a status."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

from cloud.db.unit import Row
from cloud.realtime.presence import State
from cloud.services import Cloud
from cloud.wire import instant
from vizora.identifiers import DeviceId

UNREACHABLE = ("VZ-104", "VZ-105", "VZ-107")
"""The device's codes for a network without the cloud in it."""


COPIED = {
    "code": "VZ-130",
    "sentence": "Two devices say they are this screen: its card was copied. Revoke it, then pair the right one anew.",
}


READ = ("id", "last_seen_at", "last_report", "copies_seen_at")
"""The columns that `status_of` reads."""


class Status(StrEnum):
    ONLINE = "online"
    OFFLINE = "offline"
    PAIRING = "pairing"
    ERROR = "error"


def status_of(cloud: Cloud, device: Row) -> Status:
    """`pairing` until it was heard of for the first time; `error` when it is online and reports a problem."""
    if _is_online(cloud, device):
        wrong = device["copies_seen_at"] is not None or _problem(device["last_report"])
        return Status.ERROR if wrong else Status.ONLINE
    return Status.PAIRING if device["last_seen_at"] is None else Status.OFFLINE


def _is_online(cloud: Cloud, device: Row) -> bool:
    """While presence does not know yet, what the database last heard counts."""
    state = cloud.presence.state(DeviceId(device["id"]))
    if state is not State.UNKNOWN:
        return state is State.ONLINE
    seen = device["last_seen_at"]
    return seen is not None and cloud.clock.now() - seen < timedelta(seconds=cloud.config.silence_s)


def show(cloud: Cloud, device: Row, tags: list[str]) -> dict[str, Any]:
    report = device["last_report"] or {}
    return {
        "id": device["id"],
        "nickname": device["nickname"],
        "location": device["location"],
        "timezone": device["time_zone"],
        "tags": tags,
        "status": status_of(cloud, device),
        "lastSeenAt": instant(device["last_seen_at"]),
        "deviceIdentifier": device["device_identifier"],
        "model": device["model"],
        "resolution": device["resolution"],
        "softwareVersion": device["software_version"],
        "rotation": device["rotation"],
        "volume": device["volume"],
        "background": device["background"],
        "power": device["power"],
        "fallbackPlaylistId": device["fallback_playlist_id"],
        "updateChannel": device["update_channel"],
        "metrics": report.get("metrics"),
        "currentContent": report.get("currentContent"),
        "manifestVersion": report.get("manifestVersion"),
        "problem": _problem(report) if device["copies_seen_at"] is None else COPIED,
        "copiesSeenAt": instant(device["copies_seen_at"]),
        "screenshotAt": instant(device["screenshot_at"]),
        "pairedAt": instant(device["paired_at"]),
        "createdAt": instant(device["created_at"]),
        "updatedAt": instant(device["updated_at"]),
    }


def _problem(report: Mapping[str, Any] | None) -> Any:
    """What the screen says is wrong. That it can't reach us was true before this report reached us."""
    problem = (report or {}).get("problem")
    code = problem.get("code") if isinstance(problem, dict) else None
    return None if code in UNREACHABLE else problem
