"""What screens say of themselves: bounded, harmless, and of one's own organization only."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cloud.device import logs
from cloud.device.logs import MOST_KEPT, harmless
from cloud.logs import HIDDEN
from cloud.tidying import tidy
from edge.cache.device_calls import DeviceCalls
from tests.cloud import serving
from tests.cloud.house import House, Screen, registration
from tests.cloud.serving import Serving
from tests.cloud.test_two_processes import api, pair_screen
from vizora.device_api import MAX_LOG_CHARACTERS, MAX_LOG_LINES, LogLine

AT = "2026-11-22T08:59:00Z"


def say(screen: Screen, *messages: str, **more: Any) -> Any:
    return screen.post("/api/device/logs", {"lines": [{"at": AT, "message": one, **more} for one in messages]})


def test_people_read_what_their_screen_said_newest_first(house: House) -> None:
    admin = house.register()
    screen = house.pair(admin)
    assert say(screen, "one", "two", level="warning", source="cache").status_code == 204
    items = admin.get(f"/api/devices/{screen.id}/logs").json()["items"]

    assert [one["message"] for one in items] == ["two", "one"]
    assert {(one["level"], one["source"], one["at"]) for one in items} == {
        ("warning", "cache", "2026-11-22T08:59:00.000Z")
    }


def test_lines_are_found_by_level_source_words_and_time(house: House) -> None:
    admin = house.register()
    screen = house.pair(admin)
    say(screen, "a 100% sure", level="info", source="cache")
    house.clock.pass_time(60)
    say(screen, "b", level="error", source="player")
    path = f"/api/devices/{screen.id}/logs"

    def found(query: str) -> list[str]:
        return [one["message"] for one in admin.get(f"{path}?{query}").json()["items"]]

    assert found("level=warning") == ["b"]
    assert found("level=info") == ["b", "a 100% sure"]
    assert found("source=cache") == ["a 100% sure"]
    assert found("q=100%25%20S") == ["a 100% sure"]
    assert found("q=_") == []
    assert found("from=2026-11-22T09:00:30Z") == ["b"]
    assert found("to=2026-11-22T09:00:30Z") == ["a 100% sure"]
    assert admin.get(f"{path}?level=loud").status_code == 400


def test_lines_of_one_report_keep_their_order_from_page_to_page(house: House) -> None:
    admin = house.register()
    screen = house.pair(admin)
    say(screen, *"abcdefg")
    walked, query = "", "?limit=3"
    while query:
        page = admin.get(f"/api/devices/{screen.id}/logs{query}").json()
        walked += "".join(one["message"] for one in page["items"])
        query = f"?limit=3&cursor={page['nextCursor']}" if page["nextCursor"] else ""

    assert walked == "gfedcba"


def test_another_organization_reads_nothing(house: House) -> None:
    screen = house.pair(house.register())
    say(screen, "secret plan")

    assert house.register("Other").get(f"/api/devices/{screen.id}/logs").status_code == 404


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("two\nlines\r\n", "two\\u000alines\\u000d\\u000a"),
        ("\x1b[2Jgone", "\\u001b[2Jgone"),
        ("\x00\x7f\x9b", "\\u0000\\u007f\\u009b"),
        ("abc\N{RIGHT-TO-LEFT OVERRIDE}fed", "abc\\u202efed"),
        ("a\N{LINE SEPARATOR}b", "a\\u2028b"),
        ("Grüße \N{FOX FACE} <b>", "Grüße \N{FOX FACE} <b>"),
        ("x" * 5000, "x" * MAX_LOG_CHARACTERS),
    ],
)
def test_a_line_does_nothing_to_whoever_reads_it(said: str, kept: str) -> None:
    assert harmless(said, MAX_LOG_CHARACTERS) == kept


@pytest.mark.parametrize(
    ("said", "secret"),
    [
        ("Authorization: Bearer abc.def-ghi", "abc.def-ghi"),
        ("sent eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "eyJhbGciOiJIUzI1NiJ9"),
        ("psk=correcthorse", "correcthorse"),
        ("passphrase: 'correcthorse'", "correcthorse"),
        ("password = hunter2 was refused", "hunter2"),
        ("redeeming vze_0123456789abcdefXYZ", "0123456789abcdef"),
        ("proxy http://me:hunter2@proxy:3128", "hunter2"),
        ("x" * (MAX_LOG_CHARACTERS - 9) + " token=hunter2hunter2", "hunter"),
    ],
)
def test_a_secret_in_a_line_is_not_kept(said: str, secret: str) -> None:
    kept = harmless(said, MAX_LOG_CHARACTERS)

    assert secret not in kept
    assert HIDDEN[:1] in kept or len(kept) == MAX_LOG_CHARACTERS


def test_a_report_is_bounded(house: House) -> None:
    screen = house.pair(house.register())

    assert say(screen, *["x"] * MAX_LOG_LINES).status_code == 204
    assert say(screen, *["x"] * (MAX_LOG_LINES + 1)).json()["errors"][0]["field"] == "/lines"
    assert say(screen, "x" * 2_000_000).status_code == 413
    assert say(screen, "x", level="shout").status_code == 400
    assert screen.post("/api/device/logs", {"lines": [{"at": "2026-11-22T08:59:00", "message": ""}]}).status_code == 400


def test_a_screen_that_never_stops_is_slowed_down(house: House) -> None:
    screen = house.pair(house.register())
    statuses = [say(screen, "again").status_code for _ in range(31)]

    assert statuses == [204] * 30 + [429]


def test_only_the_newest_lines_are_kept(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MOST_KEPT", 3)
    admin = house.register()
    screens = [house.pair(admin) for _ in range(2)]
    for n in range(2):
        house.clock.pass_time(10)
        say(screens[0], f"{n}a", f"{n}b")
    say(screens[1], "mine")
    kept = [
        [one["message"] for one in admin.get(f"/api/devices/{screen.id}/logs").json()["items"]] for screen in screens
    ]

    assert MOST_KEPT == 5_000
    assert kept == [["1b", "1a", "0b"], ["mine"]]


def test_lines_go_after_two_weeks_and_with_their_screen(house: House) -> None:
    admin = house.register()
    screen, other = house.pair(admin), house.pair(admin)
    say(screen, "old")
    say(other, "gone")
    admin.call("DELETE", f"/api/devices/{other.id}")
    house.clock.pass_time(14 * 86_400 + 1)

    assert house.do(admin.organization_id, tidy)["device_logs"] == 1
    assert house.sign_in(admin.email).get(f"/api/devices/{screen.id}/logs").json()["items"] == []


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Serving]:
    running = serving.start(tmp_path / "cloud")
    yield running
    assert running.stop()[0] == 0


def test_the_device_sends_them_as_the_cloud_takes_them(served: Serving) -> None:
    admin = str(api(served, None, "POST", "/api/auth/register", registration()).json()["token"])
    paired = pair_screen(served, served, admin)
    calls = DeviceCalls(served.url, lambda: paired["deviceToken"])
    calls.logs((LogLine(datetime(2026, 11, 22, tzinfo=UTC), "hello"),))
    items = api(served, admin, "GET", f"/api/devices/{paired['device']['id']}/logs").json()["items"]

    assert [(one["message"], one["level"]) for one in items] == [("hello", "info")]
