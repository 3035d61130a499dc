"""What lives over the network or by the clock, from the API to the glass: page, stream, ticker and clock at once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.edge.web.test_browser import Site, page
from tests.fakes import marker_clips, streams
from tests.journeys.colours import near
from tests.journeys.running_demo import eventually, running_demo

pytestmark = pytest.mark.slow
RED, BLUE, GREEN = (192, 32, 32), (16, 64, 160), (32, 160, 64)
WIDTH, HEIGHT = 1280, 720
ZONES = {
    "page": (0, 0, 640, 600),
    "stream": (640, 0, 640, 360),
    "clock": (640, 360, 640, 240),
    "ticker": (0, 600, 1280, 120),
}


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    made = Site({"/": page("green", "document.title = 'Board'")})
    monkeypatch.setenv("VIZORA_WEB_ALLOW", f"127.0.0.1:{made.port}")
    monkeypatch.setenv("VIZORA_WEB", "on")
    yield made
    made.close()


def contents(site: Site, stream: str) -> dict[str, dict[str, Any]]:
    return {
        "page": {"type": "webpage", "url": site.url()},
        "stream": {"type": "video", "url": stream},
        "clock": {"type": "text", "style": {"kind": "clock", "background": "#1040a0", "clock": {"date": "dmy"}}},
        "ticker": {
            "type": "text",
            "text": "Doors open at eight — مرحبا بكم — сегодня",
            "style": {"kind": "ticker", "background": "#c02020"},
        },
    }


def test_page_stream_clock_and_ticker_share_the_glass(site: Site, tmp_path: Path) -> None:
    clip = marker_clips.clip(tmp_path / "8.mp4", 8, 4.0)
    glass = tmp_path / "glass.png"
    with (
        running_demo(tmp_path / "data") as demo,
        streams.udp(clip) as (url, _),
    ):
        demo.next_event("ready")
        api = demo.api()
        zones = []
        for number, (name, body) in enumerate(contents(site, url).items()):
            made = api.create("/api/content", {"title": name, **body})
            items = [{"contentId": made["id"], "durationMs": 3_600_000, "fit": "stretch"}]
            playlist = api.create("/api/playlists", {"name": name, "items": items})
            x, y, width, height = ZONES[name]
            place = {"x": x, "y": y, "width": width, "height": height, "z": number}
            zones.append({"id": name, "playlistId": playlist["id"], **place})
        layout = {"name": "All of it", "width": WIDTH, "height": HEIGHT, "background": "#000000", "zones": zones}
        made = api.create("/api/layouts", layout)
        api.create("/api/publish", {"layoutId": made["id"], "target": {"all": True}})
        eventually(lambda: sorted(demo.on_glass()) == sorted(ZONES), "four zones on the glass")
        eventually(lambda: all_there(demo.screenshot(glass)), "each zone's own picture")
        first = strip(demo.screenshot(glass))
        eventually(lambda: strip(demo.screenshot(glass)) != first, "a ticker that runs")

    assert site.asked[0] == "/"


def all_there(screenshot: Path) -> bool:
    with Image.open(screenshot) as opened:
        image = opened.convert("RGB").resize((WIDTH, HEIGHT))
    corners = {name: image.getpixel((x + width - 12, y + height - 12)) for name, (x, y, width, height) in ZONES.items()}
    expected = {"page": GREEN, "clock": BLUE, "ticker": RED}
    plain = all(
        near(pixel, expected[name]) for name, pixel in corners.items() if name in expected and isinstance(pixel, tuple)
    )
    stream = corners["stream"]
    return plain and isinstance(stream, tuple) and min(stream) > 60


def strip(screenshot: Path) -> bytes:
    with Image.open(screenshot) as opened:
        image = opened.convert("RGB").resize((WIDTH, HEIGHT))
    return image.crop((0, 600, WIDTH, HEIGHT)).tobytes()
