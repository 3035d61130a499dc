"""Pages of other sites, open in the browser of somebody who is signed in: nothing they send does anything."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.fakes.http_server import HttpServer
from tests.journeys.browser import Console, visitor
from tests.journeys.doors import sign_up
from tests.journeys.running_demo import eventually

pytestmark = pytest.mark.slow
PLAYLIST = '{"name": "Of another site", "items": []}'
SENDS = """
([path, body, type]) => fetch(path, {
  method: "POST", body, credentials: "include", mode: type === "application/json" ? "cors" : "no-cors",
  headers: { "Content-Type": type },
}).then((answer) => answer.status, () => 0)
"""


class OtherSite(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        page = b"<!doctype html><title>Other</title><h1>Win a prize</h1>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@contextmanager
def other_site() -> Iterator[int]:
    server = HttpServer(OtherSite)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join(60)


@pytest.fixture
def console() -> Console:
    return Console()


@pytest.fixture
def victim(cloud: str, chromium: Browser, console: Console) -> Iterator[Page]:
    with visitor(chromium, console=console) as victim:
        sign_up(victim, cloud)
        yield victim


def playlists(victim: Page, cloud: str) -> list[str]:
    return [one["name"] for one in victim.request.get(f"{cloud}/api/playlists").json()["items"]]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_what_another_site_sends_changes_nothing(cloud: str, victim: Page, host: str) -> None:
    """`localhost` is another site: no cookie comes along. 127.0.0.1 is another origin of the same site: it does."""
    with other_site() as port:
        victim.goto(f"http://{host}:{port}/")
        for path, body in (("/api/playlists", PLAYLIST), ("/api/auth/logout", "")):
            for kind in ("text/plain", "application/json"):
                assert victim.evaluate(SENDS, [cloud + path, body, kind]) == 0, "it may read the answer"
        victim.set_content(
            f"<form method=post action='{cloud}/pair'><input name=code value=ABC234><button>Win</button></form>"
        )
        victim.locator("button").click()
        victim.wait_for_url(f"{cloud}/sign-in**")

    victim.goto(f"{cloud}/playlists")
    expect(victim.locator("h1")).to_have_text("Playlists")
    assert playlists(victim, cloud) == []


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_another_site_can_not_put_our_pages_into_its_own(cloud: str, victim: Page, console: Console, host: str) -> None:
    with other_site() as port:
        victim.goto(f"http://{host}:{port}/")
        victim.set_content(f"<iframe src='{cloud}/screens'></iframe>")

        eventually(lambda: victim.evaluate("true") and console.violations, "the browser's word that it was stopped")

    assert "frame-ancestors 'none'" in console.violations[0]
    console.violations.clear()


def test_the_same_words_from_our_own_page_do_it(cloud: str, victim: Page) -> None:
    assert victim.evaluate(SENDS, [f"{cloud}/api/playlists", PLAYLIST, "application/json"]) == 201
    assert playlists(victim, cloud) == ["Of another site"]
