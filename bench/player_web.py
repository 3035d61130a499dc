"""A web page beside a film: when the page is first seen, what its browser takes, and whether the film minds."""

import contextlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from itertools import pairwise
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from bench.player_on_glass import DEADLINE, OnGlass, black_ms, on_glass
from bench.process import pss_mib
from tests.edge.player.rig import PLAYLIST, Library, uid
from tests.fakes import marker_clips
from tests.fakes.http_server import HttpServer
from vizora.identifiers import ItemId, LayoutId, PlaylistId, ZoneId
from vizora.manifest.model import ContentType, Item, Layout, Manifest, Playlist, Zone

SIZE = (1280, 720)
FILM, PAGE = 6, 7
FILM_SECONDS = 10.0
GREEN = (0, 200, 0)
BODY = b"""<!doctype html><title>page</title><body style="margin:0;background:rgb(0,200,0)"><p id=n></p>
<script>let n = 0; setInterval(() => document.getElementById("n").textContent = n++, 100)</script>"""


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@contextmanager
def site() -> Iterator[int]:
    with HttpServer(Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def page_beside_film(root: Path, seconds: float) -> dict[str, Any]:
    """`root` is an empty folder; the film is watched for `seconds` once the page is there."""
    library = Library(root / "device")
    with site() as port:
        library.publish(_side_by_side(library, root, f"http://127.0.0.1:{port}/"))
        begun = time.monotonic()
        allowed = {"VIZORA_WEB": "on", "VIZORA_WEB_ALLOW": f"127.0.0.1:{port}"}
        with on_glass(library, root / "x", SIZE, **allowed) as player:
            first = _first_seen(player, begun)
            came = player.watch(seconds)
            browser = _browser_mib(player.process.pid)
            memory = player.memory()
    pictures = [one for one in came if one.clip == FILM]
    per_film = round(FILM_SECONDS * marker_clips.FPS)
    return {
        "firstPictureS": round(first, 2),
        "browserPssMiB": round(browser, 1),
        "stageRssMiB": memory["stageRssMiB"],
        "filmPictures": len(pictures),
        "filmMissed": sum((b.picture - a.picture) % per_film - 1 for a, b in pairwise(pictures)),
        "blackMs": round(black_ms(came), 1),
    }


def _side_by_side(library: Library, root: Path, url: str) -> Manifest:
    """The film above in its own size, the page below."""
    film = marker_clips.clip(root / "f.mp4", FILM, FILM_SECONDS).read_bytes()
    length = round(FILM_SECONDS * 1000)
    manifest = library.manifest((library.add(FILM, ContentType.VIDEO, film, length), length))
    below = PlaylistId(uid(501))
    page = Playlist(items=(Item(id=ItemId(uid(901)), content_id=library.page(PAGE, url), duration_ms=600_000),))
    width, height = marker_clips.WIDTH, marker_clips.HEIGHT
    zones = (
        Zone(id=ZoneId("film"), x=0, y=0, width=width, height=height, playlist_id=PLAYLIST),
        Zone(id=ZoneId("page"), x=0, y=height, width=SIZE[0], height=SIZE[1] - height, playlist_id=below),
    )
    layout = LayoutId(uid(800))
    return replace(
        manifest,
        playlists={**manifest.playlists, below: page},
        layouts={layout: Layout(width=SIZE[0], height=SIZE[1], zones=zones)},
        schedules=(replace(manifest.schedules[0], playlist_id=None, layout_id=layout),),
    )


def _first_seen(player: OnGlass, begun: float) -> float:
    """Seconds from `begun` to the page's colour on the glass."""
    while any(abs(a - b) > 8 for a, b in zip(player.glass.colour(SIZE[0] - 40, SIZE[1] - 40), GREEN, strict=True)):
        if time.monotonic() - begun > DEADLINE:
            raise TimeoutError("the page was not seen")
        time.sleep(0.005)
    return time.monotonic() - begun


def _browser_mib(pid: int) -> float:
    """Of all processes of the browser below `pid`."""
    found = 0.0
    for child in _descendants(pid):
        with contextlib.suppress(OSError):  # it ended just now
            program = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0", 1)[0]
            found += pss_mib(child) if b"chrom" in program else 0.0
    return found


def _descendants(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, task.read_text().split()):
                yield child
                yield from _descendants(child)
