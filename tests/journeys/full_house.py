"""A cloud with a bit of everything, made through its public API: what the pages are looked at with."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import requests
from websockets.sync.client import connect

from cloud.clock import SystemClock
from edge.welcome import PLACE
from tests.cloud.content import media
from tests.free_port import free_port
from tests.journeys.doors import EMAIL, PASSWORD
from tests.journeys.media import make_clip
from tests.journeys.running_demo import eventually

ROOT = Path(__file__).resolve().parents[2]
MARKUP = "<script>document.title='hacked'</script><img src=x onerror=\"document.title='hacked'\">"
HOSTILE = (
    "\N{RIGHT-TO-LEFT OVERRIDE}evil\N{POP DIRECTIONAL FORMATTING} \N{FOX FACE} " + MARKUP + " &amp; " + "W" * 60
)[:180]
"""Markup, a right-to-left override, an emoji and a word that no column is wide enough for."""


@dataclass(slots=True)
class FullHouse:
    url: str
    session: requests.Session = field(default_factory=requests.Session)
    ids: dict[str, str] = field(default_factory=dict)
    """Of one screen, playlist, content and schedule, by what it is."""

    def post(self, path: str, body: Any) -> Any:
        answer = self.session.post(self.url + path, json=body, timeout=60)
        assert answer.ok, (path, answer.text)
        return answer.json()

    def get(self, path: str) -> Any:
        answer = self.session.get(self.url + path, timeout=60)
        assert answer.ok, (path, answer.text)
        return answer.json()

    def pages(self) -> dict[str, str]:
        """Every page by name."""
        return {
            "screens": "/screens",
            "screen": f"/screens/{self.ids['screen']}",
            "many screens": "/screens/many",
            "log of a screen": f"/screens/{self.ids['screen']}/log",
            "screen in a week": f"/screens/{self.ids['screen']}?span=week",
            "player": f"/player?screen={self.ids['screen']}",
            "player of no screen": "/player",
            "pair": "/pair",
            "content": "/content",
            "content that is searched": "/content?q=way&type=image&tag=autumn",
            "one content": f"/content/{self.ids['content']}",
            "content that is a PDF": f"/content/{self.ids['pdf']}?page=2",
            "content that can't be shown": f"/content/{self.ids['failed']}",
            "screens that are narrowed": "/screens?q=e&tag=north",
            "playlists": "/playlists",
            "playlist": f"/playlists/{self.ids['playlist']}",
            "layouts": "/layouts",
            "layout": f"/layouts/{self.ids['layout']}",
            "schedules": "/schedules",
            "schedule": f"/schedules/{self.ids['schedule']}",
            "new schedule": "/schedules/new",
            "publish": "/publish",
            "organization": "/organization",
            "people": "/organization/people",
            "audit log": "/organization/log",
            "account": "/account",
            "analytics": "/analytics?by=content",
            "analytics of a day": "/analytics?period=today&by=device",
        }

    def upload(self, file: Path, title: str, tags: str = "") -> str:
        data = {"title": title, **({"tags": tags} if tags else {})}
        with file.open("rb") as stream:
            answer = self.session.post(f"{self.url}/api/content", data=data, files={"file": stream}, timeout=60)
        assert answer.ok, answer.text
        content_id = str(answer.json()["id"])
        eventually(lambda: self.get(f"/api/content/{content_id}")["uploadStatus"] != "processing", f"{title} looked at")
        return content_id

    def pair(self, nickname: str, **wishes: Any) -> tuple[str, str]:
        """A screen's id and token."""
        started = waiting_screen(self.url, deviceIdentifier=nickname[:40], resolution="1920x1080")
        fragment = dict(pair.split("=", 1) for pair in started["verificationUriComplete"].split("#")[1].split("&"))
        self.post("/api/devices/pair", {**fragment, "nickname": nickname, **wishes})
        paired = self.post("/api/pairing/token", {"deviceCode": started["deviceCode"]})
        return paired["device"]["id"], paired["deviceToken"]


def waiting_screen(url: str, **about: str) -> Any:
    """What the cloud tells a screen that has just asked to be added."""
    key = base64.b64encode(os.urandom(32)).decode()
    asked = {"deviceIdentifier": "d", "publicKey": key, "model": "Raspberry Pi 5"} | about
    answer = requests.post(f"{url}/api/pairing", json=asked, timeout=60)
    assert answer.ok, answer.text
    return answer.json()


@contextmanager
def cloud_process(data: Path, module: str = "cloud") -> Iterator[str]:
    """The address of a cloud of its own, which the module serves."""
    port = free_port()
    command = [sys.executable, "-m", module, "serve", "--port", str(port), "--data", str(data)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert "vizora cloud" in process.stdout.readline()
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)
        assert process.stdout is not None
        process.stdout.close()


@contextmanager
def full_house(folder: Path, module: str = "cloud") -> Iterator[FullHouse]:
    folder.mkdir(parents=True, exist_ok=True)
    with cloud_process(folder / "var", module) as url:
        house = FullHouse(url)
        person = {"email": EMAIL, "password": PASSWORD, "firstName": "Mira", "lastName": "Oz"}
        token = house.post("/api/auth/register", {**person, "organizationName": "Acme Bakeries"})["token"]
        house.session.headers["Authorization"] = f"Bearer {token}"
        device_token = fill(house, folder)
        played = requests.post(
            f"{url}/api/device/plays", json={"events": plays(house)}, timeout=60,
            headers={"Authorization": f"Bearer {device_token}"},
        )  # fmt: skip
        assert played.ok, played.text
        told = requests.post(
            f"{url}/api/device/logs", json={"lines": lines()}, timeout=60,
            headers={"Authorization": f"Bearer {device_token}"},
        )  # fmt: skip
        assert told.ok, told.text
        line = f"{url.replace('http', 'ws', 1)}/realtime/device"
        with connect(line, additional_headers={"Authorization": f"Bearer {device_token}"}) as socket:
            socket.send(json.dumps({"type": "heartbeat", "data": report(house)}))
            eventually(lambda: house.get(f"/api/devices/{house.ids['screen']}")["metrics"], "the first heartbeat")
            yield house


def fill(house: FullHouse, folder: Path) -> str:
    """Makes everything; returns the token of the screen that will come online."""
    entrance, token = house.pair("Entrance", timezone="Europe/Berlin", location="left of the door")
    house.pair("Counter", timezone="America/New_York")
    house.pair(HOSTILE, location=HOSTILE, timezone="Asia/Kathmandu")
    house.session.patch(f"{house.url}/api/devices/{entrance}", json={"tags": ["north", "window"]}, timeout=60)
    poster = house.upload(PLACE / "wayfinding.png", "Wayfinding", "autumn,floor-1")
    clip = house.upload(make_clip(folder / "clip.mp4", seconds=2), "Bread from the oven")
    nasty = house.upload(PLACE / "wayfinding.png", HOSTILE)
    (folder / "menu.pdf").write_bytes(media.document(pages=2))
    house.ids["pdf"] = house.upload(folder / "menu.pdf", "Menu card")
    whole = media.still("WEBP")
    (folder / "poster.webp").write_bytes(whole[: len(whole) // 2])
    house.ids["failed"] = house.upload(folder / "poster.webp", "Half a poster")
    text = house.post("/api/content", {"type": "text", "title": "Opening hours", "text": "Mo-Fr 7-18\n" + MARKUP})
    transition = {"kind": "crossfade", "durationMs": 500}
    items = [{"contentId": one, "durationMs": 7000, "transition": transition} for one in (poster, nasty, text["id"])]
    items.append({"contentId": clip, "transition": transition, "validUntil": "2030-01-01T00:00:00Z"})
    morning = house.post("/api/playlists", {"name": "Morning", "items": items})
    evil = house.post("/api/playlists", {"name": HOSTILE, "items": items[:2], "order": "shuffle"})
    weekly = {"kind": "weekly", "days": [1, 2, 3, 4, 5, 6, 7], "startTime": "07:00", "endTime": "12:00"}
    schedule = house.post("/api/schedules", {
        "name": "Mornings", "playlistId": morning["id"], "target": {"deviceIds": [entrance]}, "recurrence": weekly,
    })  # fmt: skip
    house.post("/api/schedules", {
        "name": HOSTILE, "playlistId": evil["id"], "target": {"deviceIds": [], "tags": ["north"]},
        "recurrence": {**weekly, "startTime": "11:00", "endTime": "17:00"},
    })  # fmt: skip
    house.post("/api/schedules", {
        "name": "News", "playlistId": morning["id"], "target": {"all": True}, "priority": 5, "startsOn": "2026-01-01",
        "recurrence": {"kind": "cron", "expression": "0 18 * * 1-5", "durationMs": 3_600_000},
    })  # fmt: skip
    house.post("/api/users/invitations", {"email": "sam@acme.example", "role": "manager"})
    house.post("/api/users", {
        "email": "vera@acme.example", "password": PASSWORD, "firstName": MARKUP[:100], "lastName": "Viewer",
    })  # fmt: skip
    house.post("/api/devices/enrolment-tokens", {
        "name": MARKUP[:100], "maxUses": 40, "expiresAt": "2999-01-01T00:00:00Z", "tags": ["north"],
    })  # fmt: skip
    house.post("/api/api-tokens", {"name": MARKUP[:100], "role": "viewer"})
    house.post("/api/publish", {"contentId": nasty, "target": {"all": True}, "durationMs": 600_000})
    house.post("/api/publish", {"playlistId": morning["id"], "target": {"deviceIds": [entrance]}, "level": "emergency"})
    house.ids |= {
        "clip": clip,
        "nasty": nasty,
        "screen": entrance,
        "content": poster,
        "playlist": morning["id"],
        "schedule": schedule["id"],
    }
    zones = [
        {"id": "main", "x": 0, "y": 0, "width": 1920, "height": 920, "playlistId": morning["id"]},
        {"id": "bar", "x": 0, "y": 920, "width": 1920, "height": 160, "playlistId": evil["id"], "z": 1},
    ]
    layout = {"name": HOSTILE, "width": 1920, "height": 1080, "zones": zones}
    house.ids["layout"] = house.post("/api/layouts", layout)["id"]
    return token


def plays(house: FullHouse) -> list[dict[str, Any]]:
    """What a screen played in the last six days, more in some hours than in others."""
    end = SystemClock().now().replace(minute=0, second=0, microsecond=0)
    hours = [(hour, count) for hour in range(144) if (count := (0, 1, 3, 5, 2)[hour * 7 % 24 // 5])]
    starts = [end - timedelta(hours=hour, seconds=30 * number) for hour, count in hours for number in range(count)]
    content = (house.ids["content"], house.ids["clip"], house.ids["nasty"])
    return [
        {"bootId": "b1", "n": n, "itemId": "i1", "contentId": content[n * n % 7 % 3], "completed": True,
         "playlistId": house.ids["playlist"], "scheduleId": house.ids["schedule"] if n % 3 else None,
         "startedAt": at.isoformat().replace("+00:00", "Z"), "durationMs": 7000, "clock": "trusted"}
        for n, at in enumerate(starts)
    ]  # fmt: skip


def lines() -> list[dict[str, Any]]:
    """What a screen in trouble says of itself."""
    at = SystemClock().now().isoformat().replace("+00:00", "Z")
    said = (("warning", "The card is nearly full"), ("error", HOSTILE))
    return [{"at": at, "level": level, "source": "cache", "message": message} for level, message in said]


def report(house: FullHouse) -> dict[str, Any]:
    """A heartbeat as a screen in trouble with its card sends it."""
    return {
        "metrics": {"cpu": 34.0, "memory": 41.5, "disk": 95.1, "temperatureC": 61.2, "clock": "trusted",
                    "uptimeMs": 273_600_000, "gapP99Ms": 12.0, "throttled": False},
        "currentContent": {"shown": [{"contentId": house.ids["content"], "title": HOSTILE}]},
        "manifestVersion": 1,
        "problem": None,
        "update": {"board": "rpi", "version": "1.0", "slot": "A", "state": "confirmed", "doing": HOSTILE},
    }  # fmt: skip
