"""Updates from the cloud's offer to the file that root installs, against a server that fails on purpose."""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edge.cache import update_rules
from edge.cache.device_calls import DeviceCalls
from edge.cache.download import part_path
from edge.cache.facts import Facts
from edge.cache.updating import ASK_EVERY_S, ASKED_S, LONGEST_PAUSE_S, NO_SLOTS, WRONG_PAUSE_S, Updating
from edge.http import UnreachableError
from tests.edge.cache.bench import SyncBench
from tests.fakes.device_cloud import FakeCloud, fake_cloud, manifest
from tests.fakes.line_faults import Cut, Status, WrongBytes
from vizora.device_api import Outcome

DATA = os.urandom(2_000_000)
SHA = hashlib.sha256(DATA).hexdigest()
UPDATE, BYTES = "/api/device/update", f"/api/device/updates/{SHA}"


class Bench(SyncBench):
    """A cache's parts with an image's boot folder beside them."""

    def open(self) -> None:
        super().open()
        self.blocked = False
        self.paths = type(self.paths)(self.paths.state, self.paths.run, boot=self.paths.state.parent / "boot")
        for folder in (self.paths.run, self.paths.boot):
            folder.mkdir(parents=True, exist_ok=True)
        self.updating = Updating(
            paths=self.paths,
            facts=Facts(self.events.db),
            calls=DeviceCalls(self.cloud.url, lambda: self.credentials.device_token),
            asking=self.asking,
            downloading=self.downloading,
            clock=self.clock,
            jitter=lambda: 0.5,
            free_space=lambda: self.free,
            is_content_due=lambda: self.sync.is_content_due,
            lacks_room=lambda: self.blocked,
        )

    def starts(self, version: str = "1.0", state: str = "confirmed", **changes: Any) -> None:
        """What confirm-boot left in this start."""
        told = {
            "at": "2026-12-01T00:00:00Z", "slot": "A", "primary": "A", "version": version, "state": state,
            "fellBack": False, "data": "mounted", "board": "rpi",
        }  # fmt: skip
        self.paths.update_status.write_text(json.dumps(told | changes))

    def reboot(self, version: str = "1.0", **changes: Any) -> None:
        for file in (self.paths.update_ready, self.paths.update_begun, self.paths.update_refused):
            file.unlink(missing_ok=True)
        self.starts(version, **changes)
        self.restart()

    def later(self, seconds: float = ASK_EVERY_S) -> None:
        self.clock.pass_time(seconds)
        self.work()

    def work(self) -> None:
        self.updating.turn()
        while self.asking.run() + self.downloading.run():
            self.updating.turn()

    def root_takes_it(self, *, refuses: str = "", pulled: bool = False) -> None:
        """As take-update does (tests/image/test_take_update.py)."""
        self.paths.update_ready.rename(self.paths.update_begun)
        if refuses:
            self.paths.update_refused.write_text(f"{refuses}\n")
        if not pulled:
            self.paths.bundle(SHA).unlink()

    def outcome(self) -> str | None:
        report = self.updating.report
        return report.attempt.outcome.value if report is not None and report.attempt is not None else None

    def doing(self) -> str:
        assert self.updating.report is not None
        return self.updating.report.doing

    def is_handed_over(self) -> bool:
        return self.paths.update_ready.exists() and self.paths.bundle(SHA).read_bytes() == DATA

    def asked(self, path: str = UPDATE) -> int:
        return len([one for one in self.cloud.requests if one.path.partition("?")[0] == path])


@pytest.fixture
def cloud() -> Iterator[FakeCloud]:
    with fake_cloud() as running:
        yield running


@pytest.fixture
def bench(tmp_path: Path, cloud: FakeCloud) -> Iterator[Bench]:
    made = Bench(tmp_path, cloud)
    made.starts()
    yield made
    made.close()


def test_an_offer_is_fetched_asked_for_again_and_handed_over(bench: Bench, cloud: FakeCloud) -> None:
    cloud.offer("1.2", DATA)

    bench.later()

    assert (bench.is_handed_over(), bench.outcome()) == (True, "taken")
    paths = [one.path for one in cloud.requests]
    assert paths == [UPDATE, BYTES, UPDATE]


def test_it_runs_and_is_confirmed(bench: Bench, cloud: FakeCloud) -> None:
    cloud.offer("1.2", DATA)
    bench.later()
    bench.root_takes_it()
    bench.reboot("1.2", state="waiting", slot="B")
    bench.work()
    assert bench.outcome() == "taken"

    bench.starts("1.2", slot="B")
    bench.work()

    assert bench.outcome() == "works"
    report = bench.updating.report
    assert report is not None
    assert (report.board, report.version, report.slot, report.state, report.fell_back) == (
        "rpi", "1.2", "B", "confirmed", False,
    )  # fmt: skip


def test_one_that_fell_back_is_reported_and_never_fetched_again(bench: Bench, cloud: FakeCloud) -> None:
    cloud.offer("1.2", DATA)
    bench.later()
    bench.root_takes_it()
    bench.reboot("1.0", fellBack=True)
    bench.work()
    assert bench.outcome() == "fell-back"
    assert bench.updating.report is not None
    assert bench.updating.report.fell_back

    bench.reboot("1.0")
    bench.later()

    assert "tried before" in bench.doing()
    assert (bench.asked(BYTES), bench.paths.update_ready.exists()) == (1, False)


def test_without_a_memory_it_would_be_tried_for_ever(
    bench: Bench, cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken twin."""
    monkeypatch.setattr(update_rules, "FAILED", ())
    cloud.offer("1.2", DATA)
    bench.later()
    bench.root_takes_it()
    bench.reboot("1.0")
    bench.later()

    assert bench.asked(BYTES) == 2


def test_what_root_refuses_is_reported_with_the_reason(bench: Bench, cloud: FakeCloud) -> None:
    cloud.offer("1.2", DATA)
    bench.later()

    bench.root_takes_it(refuses="signed by somebody else")
    bench.work()

    assert bench.updating.report is not None
    attempt = bench.updating.report.attempt
    assert attempt is not None
    assert (attempt.outcome, attempt.why) == (Outcome.REFUSED, "signed by somebody else")


def test_one_whose_power_went_is_handed_over_again_without_being_fetched(bench: Bench, cloud: FakeCloud) -> None:
    cloud.offer("1.2", DATA)
    bench.later()
    bench.root_takes_it(pulled=True)

    bench.reboot("1.0")
    bench.work()
    assert bench.outcome() == "cut-off"
    bench.later()

    assert (bench.is_handed_over(), bench.outcome(), bench.asked(BYTES)) == (True, "taken", 1)


def test_a_download_that_was_cut_goes_on_where_it_was(bench: Bench, cloud: FakeCloud) -> None:
    cloud.offer("1.2", DATA)
    cloud.fail(BYTES, Cut(after=700_000), Cut(after=700_000))

    bench.later()
    assert "the line failed" in bench.doing()
    bench.later(LONGEST_PAUSE_S)
    bench.later(LONGEST_PAUSE_S)

    assert bench.is_handed_over()
    assert cloud.bytes_sent[SHA] == len(DATA)


def test_after_a_kill_it_goes_on_too(bench: Bench, cloud: FakeCloud) -> None:
    cloud.offer("1.2", DATA)
    cloud.fail(BYTES, Cut(after=700_000))
    bench.later()

    bench.restart()
    bench.later()

    assert bench.is_handed_over()
    assert cloud.bytes_sent[SHA] == len(DATA)


def test_wrong_bytes_are_never_handed_over_and_not_fetched_all_night(bench: Bench, cloud: FakeCloud) -> None:
    cloud.offer("1.2", DATA)
    cloud.fail(BYTES, WrongBytes(at=1_000_000))

    bench.later()
    bench.later()

    assert "not the update" in bench.doing()
    assert (bench.asked(BYTES), bench.paths.update_ready.exists(), list(bench.paths.updates.iterdir())) == (
        1,
        False,
        [],
    )
    bench.later(WRONG_PAUSE_S)
    assert bench.is_handed_over()


def test_an_offer_that_was_taken_back_meanwhile_is_not_installed(bench: Bench, cloud: FakeCloud) -> None:
    cloud.offer("1.2", DATA)
    bench.clock.pass_time(ASK_EVERY_S)
    bench.updating.turn()
    bench.asking.run()
    cloud.update = None  # halted, or the window is over
    bench.downloading.run()

    bench.work()

    assert bench.paths.bundle(SHA).exists()
    assert (bench.outcome(), bench.paths.update_ready.exists()) == (None, False)


def test_it_stops_when_the_window_ends_and_goes_on_the_next_night(bench: Bench, cloud: FakeCloud) -> None:
    cloud.offer("1.2", DATA)
    bench.clock.pass_time(ASK_EVERY_S)
    bench.updating.turn()
    bench.asking.run()
    cloud.update = None
    bench.clock.pass_time(ASK_EVERY_S)
    bench.updating.turn()
    bench.asking.run()

    bench.downloading.run()
    bench.work()
    assert part_path(bench.paths.updates, SHA).stat().st_size < len(DATA)
    cloud.offer("1.2", DATA)
    bench.later()

    assert bench.is_handed_over()
    assert [one.headers.get("Range") is not None for one in cloud.asked(BYTES)] == [False, True]


def test_content_that_is_due_comes_first(bench: Bench, cloud: FakeCloud) -> None:
    cloud.offer("1.2", DATA)
    picture = os.urandom(20_000)
    cloud.add_asset(picture)
    cloud.publish(manifest(1, {"c": picture}), nudge=False)
    bench.sync.ask_now()
    bench.sync.turn()
    bench.asking.run()
    bench.sync.turn()  # the picture is with the downloader now

    bench.clock.pass_time(ASK_EVERY_S)
    bench.updating.turn()
    bench.asking.run()
    bench.updating.turn()
    assert (bench.doing(), bench.asked(BYTES)) == ("content comes first", 0)

    bench.settle()
    bench.later(LONGEST_PAUSE_S)
    assert (bench.is_whole(), bench.is_handed_over()) == (True, True)


def test_content_that_becomes_due_stops_a_download(bench: Bench, cloud: FakeCloud) -> None:
    cloud.offer("1.2", DATA)
    bench.clock.pass_time(ASK_EVERY_S)
    bench.updating.turn()
    bench.asking.run()  # the update is with the downloader now
    cloud.publish(manifest(1, {"c": b"picture"}), nudge=False)
    bench.sync.ask_now()
    bench.sync.turn()
    bench.asking.run()

    bench.updating.turn()
    bench.downloading.run()

    assert part_path(bench.paths.updates, SHA).stat().st_size < len(DATA)


def test_storage_is_left_to_content(bench: Bench, cloud: FakeCloud) -> None:
    cloud.offer("1.2", DATA)
    bench.free = 50_000_000

    bench.later()

    assert "50 MB are free" in bench.doing()
    assert bench.asked(BYTES) == 0


def test_what_was_fetched_goes_when_content_needs_its_room(bench: Bench, cloud: FakeCloud) -> None:
    cloud.offer("1.2", DATA)
    cloud.fail(BYTES, Cut(after=700_000))
    bench.later()
    assert list(bench.paths.updates.iterdir())

    bench.blocked = True
    bench.work()

    assert list(bench.paths.updates.iterdir()) == []


def test_what_is_being_installed_stays_whatever_content_needs(bench: Bench, cloud: FakeCloud) -> None:
    cloud.offer("1.2", DATA)
    bench.later()

    bench.blocked = True
    bench.work()

    assert bench.is_handed_over()


def test_another_offer_takes_the_place_of_what_lies_there(bench: Bench, cloud: FakeCloud) -> None:
    cloud.offer("1.1", b"an older one" * 1000)
    cloud.fail("/api/device/updates/", Cut(after=100))
    bench.later()

    cloud.offer("1.2", DATA)
    bench.later()

    assert [path.name for path in bench.paths.updates.iterdir()] == [f"{SHA}.raucb"]


@pytest.mark.parametrize("state", ["waiting", "unconfirmed", "restarting"])
def test_a_system_that_has_not_proven_itself_asks_for_nothing(bench: Bench, cloud: FakeCloud, state: str) -> None:
    cloud.offer("1.2", DATA)
    bench.starts(state=state)

    bench.later()

    assert bench.asked() == 0


def test_a_device_without_slots_asks_for_nothing_and_says_nothing(bench: Bench, cloud: FakeCloud) -> None:
    cloud.offer("1.2", DATA)
    bench.paths.update_status.unlink()

    bench.later()

    assert (bench.asked(), bench.updating.report) == (0, None)
    assert bench.updating.now() == {"ok": False, "error": NO_SLOTS}


def test_whoever_asks_for_it_now_does_not_wait_for_the_turn(bench: Bench, cloud: FakeCloud) -> None:
    cloud.offer("1.2", DATA)

    assert bench.updating.now() == {"ok": True, "version": "1.0"}
    bench.work()

    assert bench.is_handed_over()
    assert {one.path for one in cloud.asked(UPDATE) if one.path != BYTES} == {f"{UPDATE}?asked=true"}
    assert bench.updating.now()["ok"] is False, "one is under way"


def test_a_word_does_not_hold_for_ever(bench: Bench, cloud: FakeCloud) -> None:
    bench.updating.now()
    cloud.fail(UPDATE, Status(500))
    bench.work()

    bench.later(ASKED_S)

    assert [one.path for one in cloud.asked(UPDATE)] == [f"{UPDATE}?asked=true", UPDATE]


@pytest.mark.parametrize(
    "offer",
    [
        {"version": "1.2", "sha256": "../../identity/device.json", "size": 5},
        {"version": "1.2", "sha256": "A" * 64, "size": 5},
        {"version": "1.2\n", "sha256": SHA, "size": 5},
        {"version": "1.2", "sha256": SHA, "size": 0},
        {"version": "1.2"},
        [],
    ],
)
def test_what_is_no_offer_is_no_answer_of_the_clouds(bench: Bench, cloud: FakeCloud, offer: Any) -> None:
    cloud.update = offer

    with pytest.raises(UnreachableError):
        DeviceCalls(cloud.url, lambda: cloud.token).update(asked=False)
    bench.later()
    assert not bench.paths.updates.exists()
