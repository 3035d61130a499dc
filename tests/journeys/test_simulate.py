"""`vizora simulate`: a fleet of the real device code, without a renderer, beside a real cloud."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from edge.cli.demo.api import CloudApi
from tests.child_process import dies_with_its_parent
from tests.cloud.serving import ROOT, environment, start
from tests.free_port import free_port
from tests.journeys.media import make_folder
from tests.journeys.running_demo import eventually

PATIENCE_S = 120.0


@contextmanager
def simulate(*arguments: str, **settings: str) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-m", "edge.cli", "simulate", *arguments],
        env=environment(**settings),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=dies_with_its_parent,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def events(process: "subprocess.Popen[str]") -> Iterator[dict[str, Any]]:
    assert process.stdout is not None
    for line in process.stdout:
        yield json.loads(line)


@contextmanager
def cloud_at(data: Path) -> Iterator[str]:
    cloud = start(data)
    try:
        yield cloud.url
    finally:
        cloud.stop()


def cloud_with_content(url: str, folder: Path) -> CloudApi:
    api = CloudApi(url)
    api.register("admin@fleet.example", "correct horse battery", "Fleet")
    file = next(file for file in sorted(make_folder(folder).iterdir()) if file.suffix == ".png")
    content = api.upload(file, "Poster")
    eventually(lambda: api.content(content["id"])["uploadStatus"] == "ready" or None, "the poster")
    items = [{"contentId": content["id"], "durationMs": 1000}]
    playlist = api.create("/api/playlists", {"name": "Loop", "items": items})
    api.create(
        "/api/schedules",
        {"name": "Always", "playlistId": playlist["id"], "recurrence": {"kind": "always"}, "target": {"all": True}},
    )
    return api


def test_a_fleet_adds_itself_plays_and_every_play_is_counted_once(tmp_path: Path) -> None:
    with cloud_at(tmp_path / "cloud") as url:
        api = cloud_with_content(url, tmp_path / "content")
        token = api.create(
            "/api/devices/enrolment-tokens", {"name": "Fleet", "maxUses": 3, "expiresAt": "2999-01-01T00:00:00Z"}
        )["token"]
        fleet = ("--devices", "3", "--cloud", url, "--seconds", "600", "--json")
        with simulate(*fleet, VIZORA_PAIRING_CODE=token) as process:
            told = until_each_showed(3, events(process))
            process.terminate()
            told += events(process)
            status = process.wait(PATIENCE_S)
        counted = api.session.get(f"{url}/api/analytics/plays", params={"groupBy": "content"}, timeout=30).json()

    shown = [one for one in told if one["event"] == "shown"]
    assert status == 0, told
    assert told[-1] == {
        "event": "end", "devices": 3, "paired": 3, "inTouch": 3, "shown": len(shown), "playsWaiting": 0,
    }  # fmt: skip
    assert {(one["title"], one["type"], one["durationMs"]) for one in shown} == {("Poster", "image", 1000)}
    assert [one["plays"] for one in counted["items"]] == [len(shown)]


def until_each_showed(devices: int, told: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was told until each of them had shown two items."""
    heard = []
    showings = Counter[int]()
    while len(showings) < devices or min(showings.values()) < 2:
        heard.append(next(told))
        if heard[-1]["event"] == "shown":
            showings[heard[-1]["device"]] += 1
    return heard


def test_without_a_token_each_screen_shows_a_code_to_be_typed(tmp_path: Path) -> None:
    with cloud_at(tmp_path / "cloud") as url:
        api = CloudApi(url)
        api.register("admin@fleet.example", "correct horse battery", "Fleet")
        fleet = ("--devices", "1", "--cloud", url, "--seconds", "600", "--data", str(tmp_path / "fleet"), "--json")
        with simulate(*fleet) as process:
            told = events(process)
            code = next(one for one in told if one["event"] == "code")
            (key,) = parse_qs(urlsplit(code["verificationUriComplete"]).fragment)["claimKey"]
            api.pair(code["code"], key, "Lobby")
            paired = next(one for one in told if one["event"] == "paired")
            next(one for one in told if one["event"] == "manifest")
            process.terminate()
            *_, end = told
            status = process.wait(PATIENCE_S)
    assert paired == {"event": "paired", "device": 1, "organizationName": "Fleet"}
    assert (end["paired"], end["inTouch"], end["playsWaiting"], status) == (1, 1, 0, 0)


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (("--devices", "0", "--cloud", "http://127.0.0.1:3000", "--seconds", "1"), "--devices 0: must be from 1 to"),
        (("--devices", "1", "--cloud", "ftp://x", "--seconds", "1"), "--cloud 'ftp://x' is not the URL of a cloud"),
        (("--devices", "1", "--cloud", "http://127.0.0.1:3000", "--seconds", "0"), "--seconds 0: must be more than 0"),
        (("--cloud", "http://127.0.0.1:3000", "--seconds", "1"), "--devices"),
    ],
)
def test_wrong_use_names_the_option_and_what_is_allowed(arguments: tuple[str, ...], fault: str) -> None:
    with simulate(*arguments) as process:
        out, errors = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, out) == (2, "")
    assert fault in errors


def test_a_cloud_that_is_not_there_is_told_and_the_fleet_fails(tmp_path: Path) -> None:
    with simulate(
        "--devices", "1", "--cloud", f"http://127.0.0.1:{free_port()}", "--seconds", "3", "--json"
    ) as process:
        told = list(events(process))
        status = process.wait(PATIENCE_S)
    assert any(one["event"] == "problem" and one["device"] == 1 for one in told)
    assert (told[-1]["paired"], status) == (0, 1)
