"""`vizora usb import` beside the real cache process."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edge.cache.command_socket import CommandSocket
from edge.cache.worker import Inbox
from edge.cli.usb.command import main
from edge.cli.usb.taking import take
from edge.status import StickOutcome
from tests.edge.cache.running_cache import RunningCache, running_cache
from tests.edge.cache.sticks import MANIFEST, write_stick
from tests.fakes.clock import FakeClock
from tests.fakes.device_cloud import FakeCloud, SigningKey, fake_cloud, manifest
from tests.fakes.line_faults import Status
from vizora.errors import OperatorError

PICTURE = os.urandom(300_000)


@pytest.fixture
def cloud() -> Iterator[FakeCloud]:
    """One that no screen reaches."""
    with fake_cloud() as running:
        running.add_asset(PICTURE)
        running.fail("/api", *[Status(503)] * 10_000)
        yield running


@pytest.fixture
def cache(tmp_path: Path, cloud: FakeCloud) -> Iterator[RunningCache]:
    with running_cache(tmp_path / "device", cloud) as running:
        running.until(running.paths.cache_socket.exists)
        yield running


def environ(cache: RunningCache) -> dict[str, str]:
    return {"VIZORA_STATE_DIR": str(cache.paths.state), "VIZORA_RUN_DIR": str(cache.paths.run)}


def test_what_became_of_a_stick_is_said_in_words_and_by_the_status(
    cache: RunningCache, cloud: FakeCloud, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.publish(manifest(2, {"a": PICTURE}))
    stick = write_stick(tmp_path / "stick", cloud)

    def plug_in(*more: str) -> tuple[int, str]:
        status = main(["import", str(stick), *more], environ(cache))
        return status, capsys.readouterr().out.splitlines()[-1]

    assert plug_in() == (0, "Version 2 plays; 1 file came from the stick.")
    assert plug_in() == (0, "Version 2 plays already.")
    cloud.publish(manifest(3, {}), key=SigningKey("k1", b"thief"))
    write_stick(stick, cloud)
    status, sentence = plug_in()
    assert (status, sentence.startswith("Refused: signature: ")) == (1, True)
    (stick / MANIFEST).unlink()
    assert plug_in() == (1, "This stick is for other screens.")
    (stick / "vizora").rename(stick / "other")
    assert plug_in() == (1, f"There is no folder vizora in {stick}: vizora usb export writes one.")
    status, line = plug_in("--json")
    assert (status, json.loads(line)["outcome"]) == (1, "failed")
    cache.until(lambda: (told := cache.status()) is not None and told.stick is not None)
    assert [path.name for path in cache.paths.assets.iterdir()] == list(cloud.assets)


def test_a_stick_that_is_plugged_in_while_the_device_starts_is_taken(
    cache: RunningCache, cloud: FakeCloud, tmp_path: Path
) -> None:
    cloud.publish(manifest(2, {"a": PICTURE}))
    write_stick(tmp_path / "stick", cloud)
    cache.kill()
    cache.paths.cache_socket.unlink()
    cache.start()
    cache.until(cache.paths.cache_socket.exists)

    assert main(["import", str(tmp_path / "stick")], environ(cache)) == 0


def test_a_screen_that_is_not_paired_says_so(
    cache: RunningCache, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cache.paths.credentials.unlink()

    assert main(["import", str(tmp_path)], environ(cache)) == 1
    assert capsys.readouterr().err == "vizora usb import: the cache takes no stick: this screen is not paired\n"


def test_without_a_cache_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(tmp_path), "--json"], {"VIZORA_RUN_DIR": str(tmp_path)}) == 1
    assert "the cache does not answer at" in json.loads(capsys.readouterr().out)["error"]


class TestAnswers:
    """Of a cache that answers as the test says, one after the other."""

    def ask(self, folder: Path, *answers: dict[str, Any]) -> StickOutcome:
        coming = iter(answers)
        inbox = AtOnce()
        door = CommandSocket(
            folder / "cache.sock", inbox, {"import": lambda _: {"ok": True}, "status": lambda _: next(coming)}
        )
        door.start()
        try:
            return take(folder, folder / "cache.sock", FakeClock(), lambda _: None).outcome
        finally:
            door.stop()

    def test_one_that_is_busy_is_asked_again(self, tmp_path: Path) -> None:
        busy = {"ok": False, "error": "busy: ask again in a moment"}

        assert self.ask(tmp_path, busy, status("copying"), busy, status("taken")) is StickOutcome.TAKEN

    def test_one_that_was_started_anew_has_left_the_stick(self, tmp_path: Path) -> None:
        with pytest.raises(OperatorError, match="started anew meanwhile"):
            self.ask(tmp_path, status("copying"), status(None))

    def test_one_that_stays_busy_is_not_asked_for_ever(self, tmp_path: Path) -> None:
        with pytest.raises(OperatorError, match="too busy to answer for 60 s"):
            self.ask(tmp_path, *[{"ok": False, "error": "busy"}] * 1000)


class AtOnce(Inbox):
    def put(self, call: Any) -> None:
        call()


def status(outcome: str | None) -> dict[str, Any]:
    at = "2026-11-26T09:00:00Z"
    stick = None if outcome is None else {"at": at, "outcome": outcome, "sentence": "…"}
    return {"ok": True, "status": {"at": at, "state": "idle", "stick": stick}}
