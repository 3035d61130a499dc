"""The promises of the main road under fire: processes killed, the cloud gone, the schedule still kept."""

import os
import signal
import sqlite3
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image, ImageStat

from edge.cli.demo.api import CloudApi
from edge.clock import SystemClock
from tests.journeys.media import CLIPS, make_clips
from tests.journeys.running_demo import RunningDemo, eventually, kill, pids_of, running_demo

DARK = 5
GREEN = "2 green"


def brightness(demo: RunningDemo, tmp_path: Path) -> float:
    with Image.open(demo.screenshot(tmp_path / "look.png")) as opened:
        return float(ImageStat.Stat(opened.convert("L")).mean[0])


def counted(demo: RunningDemo) -> Counter[tuple[str, int]]:
    """How often the cloud has counted each play, read from its own books."""
    with sqlite3.connect(f"file:{demo.data / 'cloud' / 'vizora.db'}?mode=ro", uri=True) as connection:
        rows = connection.execute("select boot_id, n from plays").fetchall()
    connection.close()
    return Counter((str(boot), int(n)) for boot, n in rows)


def gaps(plays: Counter[tuple[str, int]]) -> dict[str, list[int]]:
    """For each run of the player, the numbers that are missing below the highest one counted."""
    missing = {}
    for boot in {boot for boot, _ in plays}:
        numbers = {n for other, n in plays if other == boot}
        missing[boot] = sorted(set(range(max(numbers) + 1)) - numbers)
    return missing


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_clips(tmp_path / "content")


@pytest.mark.parametrize("victim", ["cloud", "edge.cache", "edge.player.workers.decoder", "edge.player"])
def test_a_killed_process_never_darkens_the_screen_and_comes_back(tmp_path: Path, folder: Path, victim: str) -> None:
    with running_demo(tmp_path / "data", "--content", str(folder)) as demo:
        demo.next_event("ready")
        eventually(lambda: len(counted(demo)) >= 2, "plays in the cloud's books")
        pid = eventually(lambda: next(iter(pids_of(victim, demo.process.pid)), 0), f"a {victim} process")
        kill(pid)
        if victim != "edge.player":
            assert brightness(demo, tmp_path) > DARK
        eventually(lambda: [p for p in pids_of(victim, demo.process.pid) if p != pid], f"{victim} again")
        demo.catch_up()
        before = len(demo.events)
        for _ in range(4):
            demo.next_event("shown")
        assert {event["title"] for event in demo.events[before:]} <= set(CLIPS)
        assert brightness(demo, tmp_path) > DARK
        known = len(counted(demo))
        eventually(lambda: len(counted(demo)) > known + 2, "new plays in the cloud's books")
        plays = counted(demo)

    assert set(plays.values()) == {1}, "a play was counted twice"
    assert not any(gaps(plays).values()), "a play was lost"


def test_unplugged_the_player_keeps_the_schedule_and_delivers_its_plays_later(tmp_path: Path, folder: Path) -> None:
    with running_demo(tmp_path / "data", "--content", str(folder)) as demo:
        demo.next_event("ready")
        boundary = next_full_minute(SystemClock().now(), at_least=timedelta(seconds=20))
        schedule = only_green_until(demo.api(), boundary)
        eventually(lambda: source(demo) == schedule and demo.on_glass() == [GREEN], "the scheduled picture")
        cloud = demo.pid_of("cloud")
        os.kill(cloud, signal.SIGSTOP)
        try:
            known = len(counted(demo))
            switched = eventually(
                lambda: demo.player() if source(demo) != schedule and demo.on_glass() != [GREEN] else None, "the switch"
            )
            for _ in range(3):
                demo.next_event("shown")
            assert demo.player()["state"] == "playing"
            assert brightness(demo, tmp_path) > DARK
            assert len(counted(demo)) == known, "the cloud was not unplugged"
        finally:
            os.kill(cloud, signal.SIGCONT)
        eventually(lambda: len(counted(demo)) >= known + 3, "the plays made while unplugged")
        plays = counted(demo)

    assert min(datetime.fromisoformat(shown["since"]) for shown in switched["shown"]) >= boundary
    assert set(plays.values()) == {1}, "a play was counted twice"
    assert not any(gaps(plays).values()), "a play was lost"


def next_full_minute(now: datetime, at_least: timedelta) -> datetime:
    minute = now.replace(second=0, microsecond=0)
    while minute < now + at_least:
        minute += timedelta(minutes=1)
    return minute


def source(demo: RunningDemo) -> str:
    """The id of what decides what is on."""
    return str((demo.player().get("answer") or {}).get("source", {}).get("id"))


def only_green_until(api: CloudApi, end: datetime) -> str:
    """The id of a schedule above the demo's own that shows one picture, and ends at `end`."""
    green = next(entry for entry in api.list("/api/content") if entry["title"] == GREEN)
    items = [{"contentId": green["id"]}]
    playlist = api.create("/api/playlists", {"name": "only green", "order": "sequence", "items": items})
    wall = "%Y-%m-%dT%H:%M"
    recurrence = {"kind": "once", "start": (end - timedelta(hours=2)).strftime(wall), "end": end.strftime(wall)}
    made = api.create(
        "/api/schedules",
        {
            "name": "only green",
            "playlistId": playlist["id"],
            "target": {"all": True},
            "priority": 10,
            "timezone": "UTC",
            "recurrence": recurrence,
        },
    )
    return str(made["id"])
