"""`python -m tools.make_pictures [docs/images]`: the pictures of the documentation, by the product's own screenshot.

For each a player is started on a manifest, in memory and without a window, and asked by `vizora screenshot` for what
is on its glass. Content is the welcome loop's.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image

from edge.paths import DevicePaths
from edge.welcome import PLACE
from vizora.identifiers import ContentId, DeviceId, ItemId, LayoutId, OrganizationId, PlaylistId, ScheduleId, ZoneId
from vizora.manifest import codec
from vizora.manifest.model import (
    Always,
    Asset,
    ContentType,
    Fit,
    Item,
    Layout,
    Manifest,
    Playlist,
    Schedule,
    Screen,
    TextKind,
    TextStyle,
    Zone,
)

SIZE = (1280, 720)
WIDTH = 960
"""Of the written picture."""
DEADLINE = 60.0
Part = tuple[str, tuple[int, int, int, int], Fit]
"""(file of the welcome loop, or a text; x, y, width, height; fit)."""

ZONES: tuple[Part, ...] = (
    ("light.mp4", (0, 0, 747, 600), Fit.COVER),
    ("cafe.png", (747, 0, 533, 300), Fit.COVER),
    ("wayfinding.png", (747, 300, 533, 300), Fit.COVER),
    ("Open today from 8 to 20 · Breakfast until noon", (0, 600, 1280, 120), Fit.CONTAIN),
)
TICKER_OVER_VIDEO: tuple[Part, ...] = (
    ("light.mp4", (0, 0, 1280, 720), Fit.COVER),
    (
        "Concert in the courtyard, tonight at 8 · حفل موسيقي الليلة · The terrace is open · ",
        (0, 600, 1280, 84),
        Fit.CONTAIN,
    ),
    ("Now", (1010, 36, 230, 96), Fit.CONTAIN),
)
STYLES = {
    TICKER_OVER_VIDEO[1][0]: TextStyle(kind=TextKind.TICKER, colour="#fff6e9", background="#a8321c", size=60, speed=12),
    TICKER_OVER_VIDEO[2][0]: TextStyle(kind=TextKind.CLOCK, colour="#fff6e9", background="#0d1321"),
}
TYPES = {".mp4": ContentType.VIDEO, ".png": ContentType.IMAGE, ".jpg": ContentType.IMAGE}


def laid_out(paths: DevicePaths, parts: tuple[Part, ...], background: str) -> None:
    assets: dict[ContentId, Asset] = {}
    playlists: dict[PlaylistId, Playlist] = {}
    zones = []
    for n, (name, (x, y, width, height), fit) in enumerate(parts):
        content, playlist = ContentId(f"content-{n}"), PlaylistId(f"playlist-{n}")
        kind = TYPES.get(Path(name).suffix, ContentType.TEXT)
        if kind is ContentType.TEXT:
            assets[content] = Asset(type=kind, text=name, style=STYLES.get(name))
        else:
            data = (PLACE / name).read_bytes()
            sha256 = hashlib.sha256(data).hexdigest()
            paths.asset(sha256).write_bytes(data)
            assets[content] = Asset(type=kind, title=name, sha256=sha256, size=len(data), duration_ms=8000)
        item = Item(id=ItemId(f"item-{n}"), content_id=content, duration_ms=8000, fit=fit)
        playlists[playlist] = Playlist(items=(item,))
        zones.append(Zone(id=ZoneId(f"zone-{n}"), x=x, y=y, width=width, height=height, z=n, playlist_id=playlist))
    layout = LayoutId("layout")
    manifest = Manifest(
        device_id=DeviceId("device"),
        organization_id=OrganizationId("organization"),
        version=1,
        issued_at=datetime(2026, 11, 1, tzinfo=UTC),
        time_zone="UTC",
        screen=Screen(width=SIZE[0], height=SIZE[1]),
        assets=assets,
        playlists=playlists,
        layouts={layout: Layout(width=SIZE[0], height=SIZE[1], background=background, zones=tuple(zones))},
        schedules=(Schedule(id=ScheduleId("schedule"), time_zone="UTC", recurrence=Always(), layout_id=layout),),
    )
    paths.current_manifest.write_bytes(codec.encode(manifest))


def stuck(paths: DevicePaths) -> None:
    problem = {"code": "VZ-107", "sentence": "The cloud isn't reachable (no answer within 10 s)."}
    status = {
        "state": "starting",
        "at": "2026-11-01T00:00:00Z",
        "cloudUrl": "https://signs.example",
        "problem": problem,
    }
    paths.pairing_status.write_text(json.dumps(status))


def without_network(paths: DevicePaths) -> None:
    """A screen whose hotspot waits for a phone; one password was wrong."""
    until = "2026-11-01T00:15:00Z"
    name, password = "Vizora-7K2Q", "mk7wq2ad"
    hotspot = {"name": name, "password": password, "address": "http://10.42.0.1", "announcedUntil": until}
    status = {
        "state": "offering",
        "at": "2026-11-01T00:00:00Z",
        "problem": {"code": "VZ-103", "sentence": "“Café Lumen” refused the password."},
        "hotspot": {**hotspot, "link": f"WIFI:T:WPA;S:{name};P:{password};;"},
    }
    paths.network_status.parent.mkdir()
    paths.network_status.write_text(json.dumps(status))


PICTURES: dict[str, tuple[Callable[[DevicePaths], None], str]] = {
    "zones.png": (lambda paths: laid_out(paths, ZONES, "#0d1321"), "playing"),
    "ticker-over-video.png": (lambda paths: laid_out(paths, TICKER_OVER_VIDEO, "#a8321c"), "playing"),
    "slate.png": (stuck, "slate"),
    "wifi-setup.png": (without_network, "slate"),
}
"""What lies on the device, and the state its player has to be in."""


def take(target: Path, prepare: Callable[[DevicePaths], None], state: str) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        paths = DevicePaths(Path(scratch) / "state", Path(scratch) / "run")
        for folder in (paths.assets, paths.current_manifest.parent, paths.run):
            folder.mkdir(parents=True)
        prepare(paths)
        environ = {
            **os.environ,
            "VIZORA_STATE_DIR": str(paths.state),
            "VIZORA_RUN_DIR": str(paths.run),
            "VIZORA_WINDOW": f"{SIZE[0]}x{SIZE[1]}",
            "VIZORA_HEADLESS": "1",
        }
        player = subprocess.Popen([sys.executable, "-m", "edge.player"], env=environ, stdout=subprocess.DEVNULL)
        try:
            shot = Path(scratch) / "shot.png"
            _wait_for(paths, state)
            subprocess.run([sys.executable, "-m", "edge.cli", "screenshot", str(shot)], env=environ, check=True)
            with Image.open(shot) as picture:
                small = picture.convert("RGB").resize((WIDTH, WIDTH * SIZE[1] // SIZE[0]), Image.Resampling.LANCZOS)
            small.quantize(192, dither=Image.Dither.FLOYDSTEINBERG).save(target, optimize=True)
        finally:
            player.terminate()
            player.wait()


def _wait_for(paths: DevicePaths, state: str) -> None:
    give_up = time.monotonic() + DEADLINE
    while time.monotonic() < give_up:
        try:
            if json.loads(paths.player_status.read_bytes())["state"] == state:
                time.sleep(1.5)  # every zone has its picture, and the film is under way
                return
        except (OSError, ValueError):
            pass
        time.sleep(0.05)
    raise TimeoutError(f"the player did not come to be {state}")


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0]) if arguments else Path("docs/images")
    for name, (prepare, state) in PICTURES.items():
        take(folder / name, prepare, state)
        print(f"{folder / name}: {(folder / name).stat().st_size // 1024} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
