"""An organization with many screens and much content, put straight into the tables."""

import hashlib
from collections.abc import Mapping

from cloud.db import tables
from cloud.db.ids import new_id
from cloud.db.unit import Unit
from tests.cloud.house import House, Person, add_item, public_key

SCREENS = 1_000
CONTENT = 10_000
WEEKDAYS = {"kind": "weekly", "days": [1, 2, 3, 4, 5], "endTime": "18:00"}
REPORT = {
    "metrics": {"cpu": 12.0, "memory": 40.0, "disk": 31.0, "temperatureC": 52.0, "clock": "trusted"},
    "manifestVersion": 1,
}


def fill(house: House, person: Person, screens: int, content: int) -> dict[str, str]:
    """Makes them, with three playlists and five schedules; returns the id of one of each kind."""

    def work(unit: Unit) -> dict[str, str]:
        pieces = [_content(unit, number) for number in range(content)]
        unit.insert_many(
            tables.content_tags,
            [{"content_id": id_, "tag": f"season {number % 20}"} for number, id_ in enumerate(pieces)],
        )
        devices = [_device(unit, number, pieces[number % content]) for number in range(screens)]
        unit.insert_many(
            tables.device_tags,
            [{"device_id": id_, "tag": f"region {number % 12}"} for number, id_ in enumerate(devices)],
        )
        playlists = [
            unit.create(tables.playlists, name=f"List {one}", play_order="sequence", seed=1) for one in range(3)
        ]
        for playlist in playlists:
            for position, id_ in enumerate(pieces[:20]):
                add_item(unit, playlist, position, id_)
        schedules = [
            unit.create(
                tables.schedules, name=f"Plan {number}", playlist_id=playlists[number % 3], target={"all": True},
                priority=number, time_zone="device",
                recurrence={**WEEKDAYS, "startTime": f"{7 + number:02}:00"},
            )
            for number in range(5)
        ]  # fmt: skip
        unit.screens_may_change()
        return {"device": devices[0], "content": pieces[0], "playlist": playlists[0], "schedule": schedules[0]}

    return house.do(person.organization_id, work)


def pages(ids: Mapping[str, str]) -> list[str]:
    """Every page that shows things of the organization."""
    return [
        "/screens", "/screens?tag=region+3", "/screens?q=Screen+1", f"/screens/{ids['device']}",
        f"/screens/{ids['device']}?span=week", "/player", "/pair", "/content", "/content?q=Poster+99",
        f"/content/{ids['content']}", "/publish", "/playlists", f"/playlists/{ids['playlist']}", "/playlists/new",
        "/layouts", "/layouts/new", "/schedules", f"/schedules/{ids['schedule']}", "/schedules/new", "/analytics",
        "/organization", "/organization/people", "/organization/log", "/account",
    ]  # fmt: skip


def _content(unit: Unit, number: int) -> str:
    title = f"Poster {number}"
    return unit.create(
        tables.content, type="image", title=title, status="ready", sha256=hashlib.sha256(title.encode()).hexdigest(),
        media_type="image/png", size=4_000, width=1920, height=1080, has_thumbnail=True,
    )  # fmt: skip


def _device(unit: Unit, number: int, shows: str) -> str:
    shown = {"currentContent": {"shown": [{"contentId": shows, "title": f"Poster {number}"}]}}
    return unit.create(
        tables.devices, id=new_id(), nickname=f"Screen {number}", device_identifier=f"d{number}",
        public_key=public_key(), power=[], paired_at=unit.now, model="Raspberry Pi 5", resolution="1920x1080",
        last_seen_at=unit.now, last_report=REPORT | shown,
    )  # fmt: skip
