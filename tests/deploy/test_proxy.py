"""The proxy that deploy/nginx ships, really run before a cloud: everything a cloud needs gets through it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.cloud.content.test_kill import picture
from tests.cloud.serving import Serving, start
from tests.deploy.proxy import CALLER, Proxy, ports, proxy
from tests.free_port import free_port

LIMIT_S = 60


@dataclass(frozen=True, slots=True)
class Site:
    cloud: Serving
    proxy: Proxy
    person: requests.Session
    """Signed in, by the proxy."""

    def get(self, path: str, **headers: str) -> requests.Response:
        return self.person.get(self.proxy.url + path, headers=headers, timeout=LIMIT_S)


@contextmanager
def site(folder: Path, *, without: str = "", **variables: str) -> Iterator[Site]:
    at, port = ports(), free_port()
    cloud = start(folder / "data", port, VIZORA_PUBLIC_URL=f"https://127.0.0.1:{at[0]}", **variables)
    try:
        with proxy(folder, port, at, without=without) as made:
            person = made.caller()
            answer = person.post(f"{made.url}/api/auth/register", timeout=LIMIT_S, json={
                "email": "a@example.org", "password": "correct horse battery", "firstName": "A", "lastName": "B",
                "organizationName": "Big Co",
            })  # fmt: skip
            assert answer.status_code == 201, answer.text
            person.headers["Authorization"] = f"Bearer {answer.json()['token']}"
            yield Site(cloud, made, person)
    finally:
        cloud.kill()


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(tmp_path_factory.mktemp("site")) as made:
        yield made


def caller_of(site: Site) -> str:
    """Who signed up, by the audit log."""
    entries = site.get("/api/audit-logs").json()["items"]
    return str(next(entry["ipAddress"] for entry in entries if entry["ipAddress"]))


def line(site: Site) -> None:
    url = site.proxy.url.replace("https", "wss") + "/realtime/organization"
    token = {"Authorization": str(site.person.headers["Authorization"])}
    with connect(url, ssl=site.proxy.tls(), additional_headers=token, open_timeout=LIMIT_S, proxy=None) as socket:
        created = site.person.post(
            f"{site.proxy.url}/api/devices/pairing-codes", json={"nickname": "Lobby"}, timeout=LIMIT_S
        )
        assert created.status_code == 201
        socket.ping().wait(LIMIT_S)


def test_who_calls_is_known_behind_the_proxy_and_cannot_be_claimed(here: Site) -> None:
    here.person.post(
        f"{here.proxy.url}/api/playlists", json={"name": "x", "items": []}, headers={"X-Forwarded-For": "203.0.113.9"},
        timeout=LIMIT_S,
    )  # fmt: skip
    entries = here.get("/api/audit-logs").json()["items"]

    assert {entry["ipAddress"] for entry in entries if entry["ipAddress"]} == {CALLER}


def test_a_proxy_that_is_not_trusted_would_be_taken_for_the_caller(tmp_path: Path) -> None:
    """The broken twin: everybody behind a proxy on another machine would share one address, and its limits."""
    with site(tmp_path, VIZORA_TRUSTED_PROXIES="192.0.2.1") as made:
        assert caller_of(made) == "127.0.0.1"


def test_screens_and_pages_have_their_lines(here: Site) -> None:
    line(here)


def test_without_its_upgrade_header_no_line_would_get_through(tmp_path: Path) -> None:
    """The broken twin."""
    with site(tmp_path, without="proxy_set_header Upgrade $http_upgrade;") as made, pytest.raises(InvalidStatus):
        line(made)


def test_events_come_at_once(here: Site) -> None:
    with here.person.get(f"{here.proxy.url}/api/events", stream=True, timeout=LIMIT_S) as answer:
        assert next(answer.iter_content(16)).startswith(b": hello")


def test_large_files_get_through_and_too_large_ones_are_refused_by_the_cloud(here: Site) -> None:
    large = picture(1, 8_000_000)
    sent = [
        here.person.post(f"{here.proxy.url}/api/content", files={"file": ("a.png", data)}, timeout=LIMIT_S)
        for data in (large, picture(2, 105_000_000))
    ]

    assert [answer.status_code for answer in sent] == [201, 413], [answer.text[:200] for answer in sent]
    assert sent[1].json()["code"] == "CONTENT_002"


def test_people_are_led_to_https_and_their_cookie_goes_nowhere_else(here: Site) -> None:
    plain = requests.Session()
    plain.trust_env = False
    led = plain.get(f"http://127.0.0.1:{here.proxy.plain_port}/screens", allow_redirects=False, timeout=LIMIT_S)
    signed_in = here.proxy.caller().post(
        f"{here.proxy.url}/api/auth/login", json={"email": "a@example.org", "password": "correct horse battery"},
        timeout=LIMIT_S,
    )  # fmt: skip

    assert (led.status_code, led.headers["Location"]) == (301, "https://127.0.0.1/screens")
    assert signed_in.headers["Set-Cookie"].startswith("__Host-vizora=")
    assert "Secure" in signed_in.headers["Set-Cookie"]
    assert "max-age" in signed_in.headers["Strict-Transport-Security"]


def test_strangers_are_not_told_how_it_goes_and_the_operator_is(here: Site) -> None:
    assert [here.get(path).status_code for path in ("/metrics", "/readyz")] == [404, 404]
    assert "vizora_screens" in requests.get(f"{here.cloud.url}/metrics", timeout=LIMIT_S).text


def test_each_request_has_one_id_which_the_proxy_gave(here: Site) -> None:
    answer = here.get("/api/devices")

    assert len(answer.headers["X-Request-Id"]) == 32
