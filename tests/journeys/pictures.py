"""`make pictures`: the main pages as the documentation shows them, photographed from a cloud with something in it."""

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Literal

import requests
from PIL import Image
from playwright.sync_api import Page, ViewportSize, expect
from websockets.sync.client import ClientConnection, connect

from edge.provision.network.facts import Network, Security
from edge.provision.network.names import Ssid
from edge.status import Problem
from edge.welcome import PLACE
from tests.edge.provision.portal.setting import FakeSetting
from tests.journeys.browser import STILL, chromium, visitor
from tests.journeys.doors import EMAIL, PASSWORD, sign_in
from tests.journeys.full_house import FullHouse, cloud_process, plays
from tests.journeys.running_demo import eventually
from tests.journeys.test_portal_page import portal

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "images"
COLOURS = 128
"""Enough for a page, and a third of the size."""
Scheme = Literal["light", "dark"]
PAGES: dict[str, tuple[str, Scheme, int, int]] = {
    "screens": ("/screens", "light", 1280, 800),
    "screen": ("/screens/{screen}?span=week", "light", 1280, 800),
    "schedules": ("/schedules?screen={screen}", "light", 1280, 900),
    "playlist": ("/playlists/{playlist}", "dark", 1280, 800),
    "analytics": ("/analytics", "light", 1280, 900),
    "people": ("/organization/people", "dark", 1280, 600),
    "player-here": ("/player?screen={screen}", "light", 1280, 760),
    "pairing-phone": ("/pair", "light", 390, 700),
}
SCREENS = (
    ("Entrance", "left of the door", "Europe/Berlin"),
    ("Counter", "above the till", "Europe/Berlin"),
    ("Terrace", "facing the street", "Europe/Berlin"),
)
METRICS = {
    "cpu": 18.0, "memory": 37.0, "disk": 41.0, "temperatureC": 54.0, "clock": "trusted", "gapP99Ms": 9.0,
    "uptimeMs": 1_900_000_000,
}  # fmt: skip
PICTURES = (
    ("wayfinding.png", "Way to the studios"),
    ("cafe.png", "Today at the café"),
    ("open-house.png", "Open house"),
    ("hello.jpg", "Good morning"),
)


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="vizora-pictures-") as name,
        cloud_process(Path(name) / "var") as url,
        chromium() as running,
        visitor(running, **STILL) as viewer,
    ):
        house = FullHouse(url)
        with furnished(house) as beat:
            photograph(house, viewer, beat)
        photograph_portal(viewer)
    return 0


def photograph(house: FullHouse, viewer: Page, beat: Callable[[], None]) -> None:
    sign_in(viewer, house.url)
    for picture, (path, scheme, width, height) in PAGES.items():
        beat()
        take(viewer, house.url + path.format(**house.ids), scheme, (width, height), FOLDER / f"{picture}.png")


def photograph_portal(viewer: Page) -> None:
    """The page of a screen's hotspot, on a phone."""
    problem = Problem("VZ-103", "“Café Lumen” refused the password.")
    near = [("Café Lumen", 82, Security.WPA), ("Lumen guests", 64, Security.OPEN), ("Bakery", 31, Security.WPA)]
    networks = tuple(Network(Ssid(name.encode()), strength, kind) for name, strength, kind in near)
    with portal(FakeSetting(networks, problem)) as address:
        take(viewer, address, "light", (390, 760), FOLDER / "wifi-portal.png")


@contextmanager
def furnished(house: FullHouse) -> Iterator[Callable[[], None]]:
    """A small café: three screens, four pictures, opening hours and a week of plays."""
    person = {"email": EMAIL, "password": PASSWORD, "firstName": "Mira", "lastName": "Oz"}
    token = house.post("/api/auth/register", {**person, "organizationName": "Café Lumen"})["token"]
    house.session.headers["Authorization"] = f"Bearer {token}"
    house.post("/api/users/invitations", {"email": "sam@lumen.example", "role": "manager"})
    pieces = [house.upload(PLACE / file, title) for file, title in PICTURES]
    fade = {"kind": "crossfade", "durationMs": 500}
    lists = [
        house.post("/api/playlists", {
            "name": name, "items": [{"contentId": one, "durationMs": 8000, "transition": fade} for one in own],
        })["id"]
        for name, own in (("Morning", pieces), ("Evening", pieces[1:3]))
    ]  # fmt: skip
    tokens = []
    for nickname, location, zone in SCREENS:
        device, device_token = house.pair(nickname, location=location, timezone=zone)
        house.session.patch(f"{house.url}/api/devices/{device}", json={"tags": ["ground floor"]}, timeout=60)
        house.ids.setdefault("screen", device)
        tokens.append(device_token)
    for name, start, end, playlist in (
        ("Mornings", "07:00", "13:00", lists[0]),
        ("Evenings", "16:00", "22:00", lists[1]),
    ):
        rule = {"kind": "weekly", "days": [1, 2, 3, 4, 5, 6], "startTime": start, "endTime": end}
        plan = {"name": name, "playlistId": playlist, "target": {"all": True}, "recurrence": rule}
        house.ids["schedule"] = house.post("/api/schedules", plan)["id"]
    house.post(
        "/api/publish",
        {"contentId": pieces[0], "target": {"deviceIds": [house.ids["screen"]]}, "durationMs": 3_600_000},
    )
    house.ids |= {"playlist": lists[0], "content": pieces[0], "clip": pieces[1], "nasty": pieces[2]}
    for device_token in tokens:
        headers = {"Authorization": f"Bearer {device_token}"}
        answer = requests.post(
            f"{house.url}/api/device/plays", json={"events": plays(house)}, timeout=60, headers=headers
        )
        assert answer.ok, answer.text
    with ExitStack() as lines:
        screens = [lines.enter_context(line(house, one)) for one in tokens]

        def beat() -> None:
            """All are online, and show something each."""
            for screen, (piece, (_, title)) in zip(screens, zip(pieces, PICTURES, strict=True), strict=False):
                shown = {"currentContent": {"shown": [{"contentId": piece, "title": title}]}}
                screen.send(json.dumps({"type": "heartbeat", "data": {"metrics": METRICS, "problem": None, **shown}}))
            eventually(lambda: all(one["metrics"] for one in house.get("/api/devices")["items"]), "the heartbeats")

        yield beat


def line(house: FullHouse, device_token: str) -> ClientConnection:
    address = f"{house.url.replace('http', 'ws', 1)}/realtime/device"
    return connect(address, additional_headers={"Authorization": f"Bearer {device_token}"})


def take(viewer: Page, address: str, scheme: Scheme, size: tuple[int, int], file: Path) -> None:
    viewer.set_viewport_size(ViewportSize(width=size[0], height=size[1]))
    viewer.emulate_media(color_scheme=scheme)
    viewer.goto(address)
    viewer.evaluate("Promise.all([...document.images].map((image) => image.decode().catch(() => {})))")
    if viewer.locator(".player").count():
        expect(viewer.locator(".player-picture").first).to_be_visible()
    viewer.screenshot(path=file)
    with Image.open(file) as picture:
        picture.convert("RGB").quantize(COLOURS).save(file, optimize=True)
    sys.stdout.write(f"{file.name}: {file.stat().st_size // 1000} kB\n")


if __name__ == "__main__":
    sys.exit(main())
