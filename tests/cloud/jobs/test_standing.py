"""Who looks after a cloud hears how its jobs stand, and that nobody does them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from cloud.config import CloudConfig
from cloud.jobs import rows
from cloud.operations import snapshot
from cloud.operations.snapshot import Waiting
from tests.cloud.content.media import still
from tests.cloud.content.studio import Studio
from tests.cloud.house import House
from tests.cloud.serving import command, run
from tests.fakes.clock import FakeClock


@pytest.fixture
def idle(config: CloudConfig, clock: FakeClock) -> Iterator[Studio]:
    """Of a server that leaves the jobs to workers, of which there is none; it took two pictures, 90 s ago."""
    with House(replace(config, does_jobs=False), clock) as house:
        studio = Studio(house, house.register())
        for width in (16, 32):
            assert studio.send(still("PNG", (width, 16))).status_code == 201
        clock.pass_time(90)
        yield studio


def test_a_server_without_workers_is_ready_and_says_what_waits(idle: Studio) -> None:
    answer = idle.house.client.get("/readyz")

    told = answer.json()
    assert (answer.status_code, told["ready"], told["database"]) == (200, True, "ok")
    assert told["worker"] == "none is at work (jobs waiting: 2): start `vizora cloud worker`"


def test_a_server_that_does_its_jobs_itself_needs_no_worker(house: House) -> None:
    told = house.client.get("/readyz").json()
    assert (told["ready"], told["database"], told["worker"]) == (True, "ok", "ok")
    assert "\nvizora_workers 1\n" in house.client.get("/metrics").text


def test_a_worker_that_is_seen_is_named_and_one_that_fell_silent_is_not(idle: Studio) -> None:
    idle.house.do("-", lambda unit: rows.begin(unit, "w", "somewhere 1", alone=False))
    seen = idle.house.client.get("/readyz").json()["worker"]
    idle.house.clock.pass_time(21)

    assert seen == "ok"
    assert idle.house.client.get("/readyz").json()["worker"].startswith("none is at work")


def test_prometheus_is_told_how_much_waits_for_how_long_and_what_failed(idle: Studio) -> None:
    def fail(verdict: Callable[..., bool]) -> None:
        job = idle.house.do("-", lambda unit: rows.claim(unit, "w", ["content.check"]))
        assert idle.house.do("-", lambda unit: verdict(unit, job, "w", fault="the store is away"))

    fail(rows.given_up)
    fail(partial(rows.again, due_at=idle.house.clock.now()))
    text = idle.house.client.get("/metrics").text

    for line in (
        "vizora_workers 0",
        'vizora_jobs_waiting{kind="content.check"} 1',
        'vizora_jobs_waiting{kind="letter.send"} 0',
        'vizora_jobs_oldest_seconds{kind="content.check"} 90',
        'vizora_jobs_failing{kind="content.check"} 1',
        'vizora_jobs_failing{kind="tidy"} 0',
        'vizora_jobs_given_up{kind="content.check"} 1',
    ):
        assert f"\n{line}\n" in text


def test_a_picture_of_the_database_tells_the_same(idle: Studio, tmp_path: Path) -> None:
    if not idle.house.cloud.config.embedded:
        snapshot.take_rows(idle.house.cloud.database, tmp_path / "picture.db")
    else:
        snapshot.take(idle.house.cloud.config.data_dir / "vizora.db", tmp_path / "picture.db")
    waiting = snapshot.jobs_in(tmp_path / "picture.db")

    assert waiting.oldest is not None
    assert (idle.house.clock.now() - waiting.oldest).total_seconds() == 90
    assert replace(waiting, oldest=None) == Waiting(jobs=2)


def test_a_database_from_before_there_were_jobs_has_none_waiting(tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    old.touch()

    assert snapshot.jobs_in(old) == Waiting()


def test_a_worker_for_an_embedded_cloud_says_that_there_is_nothing_to_start(tmp_path: Path) -> None:
    ended = run([*command(tmp_path / "data", 0)[:3], "worker", "--data", str(tmp_path / "data")])

    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)
    assert "does the jobs itself" in ended.stderr
    assert not (tmp_path / "data").exists()
