"""The page as a browser meets it (P40, P41)."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from edge.diagnostics import bundle
from edge.diagnostics.actions import Action
from edge.diagnostics.app import COOKIE, Desk, create_app
from edge.diagnostics.door import Door
from edge.diagnostics.gathering import Surroundings
from edge.diagnostics.logs import LogSource
from edge.pages.guard import Guard, names_of
from tests.edge.diagnostics.device import GLASS, TOKEN, Device
from tests.fakes.clock import FakeClock

PIN = "04711234"
HERE = "http://127.0.0.1:8088"
PAGES = ("/", "/programme", "/logs")
HOSTILE = (
    "../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "/etc/passwd",
    "....//....//etc/passwd",
    "file:///etc/passwd",
    "player\0.txt",
    "player;id",
    "$(id)",
    "`id`",
    "| id",
    "-u",
    "--file=/etc/passwd",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}",
    "{% include '/etc/passwd' %}",
    "' OR 1=1 --",
    "%00",
    "\r\nSet-Cookie: a=b",
    "é" * 500,
    "A" * 20_000,
    "9999-99-99T99:99",
    "-0001-01-01T00:00",
)


class Page:
    """A device, its page, and a browser that may be signed in."""

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.device = Device(folder, clock=self.clock)
        self.device.settle()
        self.device.publish(issuedAt="2026-11-01T00:00:00Z")
        self.logged: list[list[str]] = []
        self.door = Door(self.device.paths, self.clock, lambda: ("http://192.0.2.1:8088",), pin=lambda: PIN)
        surroundings = Surroundings(root=folder, random_bytes=lambda size: b"x" * size, patience_s=1.0)
        desk = Desk(self.device.config, self.clock, self.door, surroundings, self._journal)
        app = Guard(create_app(desk), lambda: names_of(("192.0.2.1",), 8088, "screen"))
        self.browser = TestClient(app, base_url=HERE, follow_redirects=False)

    def _journal(self, arguments: object) -> str:
        self.logged.append(list(arguments))  # type: ignore[call-overload]
        return f"player: hello, Bearer {TOKEN}\n"

    def sign_in(self, pin: str = PIN) -> int:
        return self.browser.post("/sign-in", data={"pin": pin}).status_code

    @property
    def csrf(self) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', self.browser.get("/").text)
        assert found is not None
        return found[1]


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    made = Page(tmp_path)
    with made.device.services():
        yield made


@pytest.fixture
def inside(page: Page) -> Page:
    page.door.open()
    assert page.sign_in() == 303
    return page


def test_a_closed_page_tells_how_to_open_it_and_nothing_else(page: Page) -> None:
    text = page.browser.get("/").text

    assert "vizora diagnostics open" in text
    assert "Menu" not in text
    assert page.sign_in() == 403


@pytest.mark.parametrize("path", ["/programme", "/logs", "/screenshot.png", "/support-bundle.tar.gz"])
def test_without_the_number_nothing_is_shown(page: Page, path: str) -> None:
    page.door.open()

    answer = page.browser.get(path)

    assert (answer.status_code, answer.headers["location"], answer.text) == (303, "/", "")
    assert page.device.asked == []


@pytest.mark.parametrize("path", ["/actions", "/test"])
def test_without_the_number_nothing_is_done(page: Page, path: str) -> None:
    page.door.open()

    assert page.browser.post(path, data={"action": "restart-player"}).status_code == 403
    assert page.device.asked == []


def test_the_number_on_the_screen_lets_in(page: Page) -> None:
    page.door.open()
    cookie = page.browser.post("/sign-in", data={"pin": "0471 1234"}).headers["set-cookie"]
    text = page.browser.get("/").text

    assert cookie.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "SameSite=strict"} <= set(cookie.split("; "))
    assert "Menu" in text
    assert 'class="verdict' in text


def test_after_five_wrong_numbers_the_right_one_does_not_help(page: Page) -> None:
    page.door.open()
    answers = [page.sign_in(f"{number:08d}") for number in range(5)]

    assert answers == [403] * 5
    assert page.sign_in() == 403
    assert not page.device.paths.door_status.exists()
    assert "guessed" in page.browser.get("/").text


def test_when_its_time_is_over_the_browser_is_out(inside: Page) -> None:
    inside.clock.pass_time(1801)

    assert "It is closed" in inside.browser.get("/").text
    assert inside.browser.get("/logs").status_code == 303


def test_signing_out_ends_the_session(inside: Page) -> None:
    inside.browser.post("/sign-out", data={"csrf": inside.csrf})

    assert inside.browser.get("/logs").status_code == 303


@pytest.mark.parametrize("action", Action)
def test_each_action_reaches_its_service(inside: Page, action: Action) -> None:
    answer = inside.browser.post("/actions", data={"csrf": inside.csrf, "action": action})

    assert answer.status_code == 303
    assert len([asked for asked in inside.device.asked if asked["command"] != "screenshot"]) == 1
    assert 'class="said"' in inside.browser.get("/").text
    assert 'class="said"' not in inside.browser.get("/").text


@pytest.mark.parametrize("csrf", ["", "wrong", None])
def test_a_form_without_its_token_does_nothing(inside: Page, csrf: str | None) -> None:
    form = {"action": "restart-player"} | ({} if csrf is None else {"csrf": csrf})

    assert inside.browser.post("/actions", data=form).status_code == 403
    assert inside.device.asked == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://127.0.0.1:8088"},
    ],
)
def test_a_form_of_another_page_does_nothing(inside: Page, headers: dict[str, str]) -> None:
    answer = inside.browser.post("/actions", data={"csrf": inside.csrf, "action": "restart-player"}, headers=headers)

    assert answer.status_code == 403
    assert inside.device.asked == []


STRANGE_HOSTS = (
    "evil.example",
    "evil.example:8088",
    "127.0.0.1",
    "127.0.0.1:80",
    "127.0.0.1:8088.evil.example",
    "localhost.evil.example:8088",
    "127.0.0.1.nip.example:8088",
    "0.0.0.0:8088",
    "127.1:8088",
    "2130706433:8088",
    "0x7f000001:8088",
    "[::]:8088",
    "192.0.2.2:8088",
    "screen:80",
    "screen.evil.example:8088",
    "screen.local.evil:8088",
    "evil@127.0.0.1:8088",
    "127.0.0.1:8088,evil",
    " ",
    "127.0.0.1:08088",
)


@pytest.mark.parametrize("host", STRANGE_HOSTS)
def test_a_name_that_is_not_this_device_is_not_answered(inside: Page, host: str) -> None:
    """DNS rebinding: the browser is ours, the name is theirs."""
    assert len(STRANGE_HOSTS) == 20
    answer = inside.browser.get("/", headers={"Host": host})

    assert answer.status_code == 421
    assert "Menu" not in answer.text


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8088", "localhost:8088", "192.0.2.1:8088", "SCREEN.local:8088", "[::1]:8088"]
)
def test_its_own_names_are_answered(page: Page, host: str) -> None:
    assert page.browser.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("path", [*PAGES, "/nothing", "/pages.css"])
def test_headers_are_strict_and_nothing_is_for_other_origins(inside: Page, path: str) -> None:
    headers = inside.browser.get(path, headers={"Origin": "http://evil.example"}).headers

    assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
    assert headers["cache-control"] == "no-store"
    assert not [name for name in headers if name.startswith("access-control")]


@pytest.mark.parametrize("path", PAGES)
def test_pages_hold_no_scripts_and_no_inline_styles(inside: Page, path: str) -> None:
    assert re.findall(r"<script|\son\w+=|\sstyle=|javascript:", inside.browser.get(path).text) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_parameters_do_nothing_and_come_back_harmless(inside: Page, text: str) -> None:
    csrf = inside.csrf
    answers = [
        inside.browser.get("/programme", params={"at": text}),
        inside.browser.get("/logs", params={"of": text}),
        inside.browser.post("/actions", data={"csrf": csrf, "action": text}),
        inside.browser.get("/", params={"at": text, "file": text, "path": text}),
        inside.browser.get(f"/{text[:200].encode().hex()}"),
    ]

    assert [answer.status_code for answer in answers] == [200, 404, answers[2].status_code, 200, 404]
    assert answers[2].status_code in (400, 403)
    for answer in answers:
        assert "root:" not in answer.text
        assert "<script>alert" not in answer.text
        assert "onerror=alert(1)>" not in answer.text.replace("&gt;", "")
    assert [asked for asked in inside.device.asked if asked["command"] != "screenshot"] == []
    assert inside.logged == []


def test_a_page_that_reads_a_path_from_the_request_is_found_out() -> None:
    """The broken twin: what piSignage's device page did, and this corpus would have seen."""

    def careless(request: Request) -> Response:
        try:
            return PlainTextResponse(Path("/var/log", request.query_params["of"]).read_text())
        except (OSError, ValueError):
            return PlainTextResponse("", 404)

    browser = TestClient(Starlette(routes=[Route("/logs", careless)]))

    assert [text for text in HOSTILE if "root:" in browser.get("/logs", params={"of": text}).text]


def test_what_is_on_at_any_time_and_why(inside: Page) -> None:
    text = inside.browser.get("/programme", params={"at": "2026-12-24T18:00"}).text

    assert "2026-12-24 18:00" in text
    assert "won" in text
    assert 'value="2026-12-24T18:00"' in text


@pytest.mark.parametrize("source", LogSource)
def test_logs_come_without_secrets(inside: Page, source: LogSource) -> None:
    text = inside.browser.get("/logs", params={"of": source}).text

    assert "player: hello" in text
    assert TOKEN not in text
    assert len(inside.logged) == 1


def test_the_connectivity_test_is_made_when_asked_for(inside: Page) -> None:
    before = inside.browser.get("/").text
    inside.browser.post("/test", data={"csrf": inside.csrf})
    after = inside.browser.get("/").text

    assert "network was not tested" in before
    assert "refuses the connection" in after


def test_the_picture_is_of_the_glass(inside: Page) -> None:
    assert inside.browser.get("/screenshot.png").content == GLASS


def test_the_bundle_is_one_and_holds_no_secret(inside: Page) -> None:
    answer = inside.browser.get("/support-bundle.tar.gz")
    parts = bundle.unpack(answer.content)

    assert answer.headers["content-disposition"].startswith('attachment; filename="vizora-support-2026')
    assert set(parts) == set(bundle.Part)
    assert TOKEN.encode() not in b"".join(parts.values())
    assert json.loads(parts[bundle.Part.FACTS])["facts"]["content"]["version"] == 3


def test_while_open_the_screen_is_told_number_and_address(page: Page) -> None:
    page.door.open(600)
    status = json.loads(page.device.paths.door_status.read_bytes())

    assert status["pin"] == PIN
    assert status["addresses"] == ["http://192.0.2.1:8088"]
    assert page.device.paths.door_status.stat().st_mode & 0o007 == 0
    page.door.close()
    assert not page.device.paths.door_status.exists()
