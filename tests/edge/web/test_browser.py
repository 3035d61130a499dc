"""The whole web worker with a real Chromium, against servers of the test's own: what shows, what is never reached."""

import os
import select
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from edge.player.source import SourceState
from edge.player.sources.web import WebPictures, WebWorker
from edge.player.sources.web_ability import browser
from edge.player.stage.geometry import Rect
from edge.player.stage.pictures import Pixels
from tests.fakes.http_server import HttpServer

BOX = Rect(0, 0, 320, 180)
DEADLINE = 90.0
COLOURS = {"green": (32, 160, 64), "red": (192, 32, 32)}
Answer = tuple[int, dict[str, str], str]


class Site:
    """A web server on loopback that answers each path as it is told and notes what it was asked."""

    def __init__(self, pages: dict[str, Answer]) -> None:
        self.pages = pages
        self.asked: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                status, headers, body = site.pages.get(self.path, (404, {}, "nothing"))
                self.send_response(status)
                for name, value in ({"Content-Type": "text/html"} | headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_: Any) -> None:
                pass

        self._server = HttpServer(Handler)
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def page(colour: str, script: str = "") -> Answer:
    return 200, {}, f"<body style='background:rgb{COLOURS[colour]}'><script>{script}</script></body>"


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site({"/": page("green")})
    yield made
    made.close()


@contextmanager
def working(folder: Path, allow: str, memory: int = 2 << 30) -> Iterator[WebWorker]:
    run = folder / "run"
    run.mkdir(exist_ok=True)
    program = browser()
    assert program is not None
    settings = {
        "chromium": program,
        "allow": allow,
        "profiles": str(run),
        "kept": str(folder / "kept"),
        "memory": memory,
    }
    worker = WebWorker(settings)
    try:
        yield worker
    finally:
        worker.close()
        shutil.rmtree(run, ignore_errors=True)


def until(worker: WebWorker, fact: Callable[[], bool]) -> None:
    give_up = time.monotonic() + DEADLINE
    while not fact():
        assert time.monotonic() < give_up
        select.select([] if worker.answering is None else [worker.answering], [], [], 0.05)
        worker.pump(0.0)


def shown(worker: WebWorker, source: WebPictures) -> Image.Image:
    until(worker, lambda: source.ready() or source.state() is SourceState.FAILED)
    assert source.state() is not SourceState.FAILED, source.reason
    picture = source.at(0.0)
    assert isinstance(picture, Pixels)
    raw = bytes(picture.data)
    return Image.frombytes("RGBA", (picture.width, picture.height), raw, "raw", "BGRA").convert("RGB")


def is_(colour: str, picture: Image.Image) -> bool:
    seen = picture.getpixel((8, 8))
    assert isinstance(seen, tuple)
    return all(abs(a - b) < 12 for a, b in zip(seen, COLOURS[colour], strict=True))


def failure(worker: WebWorker, url: str) -> str:
    source = WebPictures(worker, url, BOX)
    until(worker, lambda: source.ready() or source.state() is SourceState.FAILED)
    reason = source.reason
    source.close()
    return reason


def test_a_page_shows_moves_and_is_kept_for_when_its_server_is_gone(site: Site, tmp_path: Path) -> None:
    site.pages["/"] = page("green", "let n=0;setInterval(()=>document.title=document.body.innerText=''+n++,50)")
    with working(tmp_path, f"127.0.0.1:{site.port}") as worker:
        source = WebPictures(worker, site.url(), BOX)
        first = shown(worker, source)
        moved = 0

        def moves() -> bool:
            nonlocal moved
            moved += source.at(0.0) is not None
            return moved > 5

        until(worker, moves)

    assert is_("green", first)
    site.close()
    with working(tmp_path, f"127.0.0.1:{site.port}") as again:
        later = shown(again, WebPictures(again, site.url(), BOX))

    assert is_("green", later)
    corner = [later.getpixel((x, y)) for x in range(220, 316) for y in range(160, 176)]
    assert any(isinstance(one, tuple) and max(one) < 60 for one in corner), "no label says that it is old"


def test_pages_reach_nothing_inside_by_whatever_way(site: Site, tmp_path: Path) -> None:
    """The site may be reached; a server next to it, as one inside the network, may not."""
    inside = Site({"/secret": page("red"), "/secret.js": (200, {}, "document.body.style.background='red'")})
    secret = inside.url("/secret")
    named = f"http://localhost:{inside.port}/secret"
    site.pages |= {
        "/": page(
            "green",
            f"fetch('{secret}', {{mode: 'no-cors'}}); fetch('{named}', {{mode: 'no-cors'}});"
            f"new Image().src='{secret}';"
            f"new WebSocket('ws://127.0.0.1:{inside.port}/secret'); navigator.sendBeacon('{secret}');"
            f"let f=document.createElement('iframe');f.src='{secret}';f.style.display='none';document.body.append(f);",
        ),
        "/moved": (302, {"Location": secret}, ""),
        "/refreshed": (200, {"Refresh": f"0;url={secret}"}, ""),
        "/scripted": page("green", f"location='{secret}'"),
    }
    with working(tmp_path, f"127.0.0.1:{site.port}") as worker:
        picture = shown(worker, WebPictures(worker, site.url(), BOX))
        said = failure(worker, site.url("/moved"))
        direct = failure(worker, secret)
        by_name = failure(worker, named)
        metadata = failure(worker, "http://169.254.169.254/latest/meta-data")
        for path in ("/refreshed", "/scripted"):
            source = WebPictures(worker, site.url(path), BOX)
            until(worker, lambda: source.ready() or source.state() is SourceState.FAILED)  # noqa: B023
            source.close()
    inside.close()

    assert is_("green", picture)
    assert inside.asked == []
    assert said
    assert "which web pages may not reach" in direct
    assert "which web pages may not reach" in by_name
    assert "which web pages may not reach" in metadata


def test_the_canary_would_be_reached_if_it_were_allowed(site: Site, tmp_path: Path) -> None:
    inside = Site({"/secret": page("red")})
    site.pages["/moved"] = (302, {"Location": inside.url("/secret")}, "")
    with working(tmp_path, "127.0.0.0/8") as worker:
        picture = shown(worker, WebPictures(worker, site.url("/moved"), BOX))
    inside.close()

    assert "/secret" in inside.asked
    assert is_("red", picture)


def test_a_page_that_answers_with_an_error_says_so(site: Site, tmp_path: Path) -> None:
    site.pages["/broken"] = (503, {}, "<body style='background:red'>out of order</body>")
    with working(tmp_path, f"127.0.0.1:{site.port}") as worker:
        assert failure(worker, site.url("/broken")) == "its server answers with 503"


def family(pid: int) -> list[int]:
    children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [*children, *(one for child in children for one in family(child))]


def test_a_killed_browser_is_replaced_and_the_last_picture_stays_until_then(site: Site, tmp_path: Path) -> None:
    with working(tmp_path, f"127.0.0.1:{site.port}") as worker:
        source = WebPictures(worker, site.url(), BOX)
        shown(worker, source)
        assert worker.pid is not None
        asked = len(site.asked)
        os.kill(family(worker.pid)[0], signal.SIGKILL)
        until(worker, lambda: len(site.asked) > asked)
        until(worker, lambda: source.at(0.0) is not None)

        assert source.state() is SourceState.PLAYING


def test_a_browser_that_takes_too_much_is_ended(site: Site, tmp_path: Path) -> None:
    with working(tmp_path, f"127.0.0.1:{site.port}", memory=1 << 20) as worker:
        source = WebPictures(worker, site.url(), BOX)
        assert worker.pid is not None
        pid = worker.pid
        until(worker, lambda: bool(family(pid)))
        first = set(family(pid))
        until(worker, lambda: not first & set(family(pid)))
        source.close()


def test_its_browser_opens_no_port_and_no_process_outlives_the_worker(site: Site, tmp_path: Path) -> None:
    """Only the proxy listens, on loopback; the browser is spoken to over a pipe."""
    with working(tmp_path, f"127.0.0.1:{site.port}") as worker:
        shown(worker, WebPictures(worker, site.url(), BOX))
        assert worker.pid is not None
        everybody = family(worker.pid)
        sockets = {link for pid in everybody for link in links(pid)}
        tables = [line.split() for line in Path("/proc/self/net/tcp").read_text().splitlines()[1:]]
        listening = {f"socket:[{row[9]}]" for row in tables if row[3] == "0A"}
        os.kill(worker.pid, signal.SIGKILL)

        give_up = time.monotonic() + DEADLINE
        while any(alive(pid) for pid in everybody):
            assert time.monotonic() < give_up
            select.select([], [], [], 0.05)

    assert len(everybody) > 2
    assert len(sockets) > 2
    assert not listening & sockets


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def links(pid: int) -> list[str]:
    try:
        return [str(entry.readlink()) for entry in Path(f"/proc/{pid}/fd").iterdir()]
    except OSError:
        return []
