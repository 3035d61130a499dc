from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.cache.databases import open_db
from edge.cache.delivery import Delivery
from edge.cache.device_calls import DeviceCalls
from edge.cache.outbox import Outbox
from edge.cache.schema import events_migrations
from tests.edge.cache.plays import lines
from tests.fakes.clock import FakeClock
from tests.fakes.device_cloud import FakeCloud, fake_cloud
from tests.fakes.held_worker import HeldWorker
from tests.fakes.line_faults import Portal, Status


@pytest.fixture
def cloud() -> Iterator[FakeCloud]:
    with fake_cloud() as running:
        yield running


class Bench:
    def __init__(self, folder: Path, cloud: FakeCloud) -> None:
        self.folder = folder / "plays"
        self.folder.mkdir()
        self.opened = open_db(folder / "events.db", events_migrations, synchronous="FULL")
        self.clock = FakeClock()
        self.worker = HeldWorker()
        self.outbox = Outbox(self.opened.db, self.folder)
        self.delivery = Delivery(
            outbox=self.outbox,
            calls=DeviceCalls(cloud.url, lambda: "device-token-1"),
            sending=self.worker,
            clock=self.clock,
            jitter=lambda: 0.5,
            player=lambda: None,
            device_id="d",
            every_s=10,
        )

    def played(self, *numbers: int, boot: str = "boot-a") -> None:
        with (self.folder / f"{boot}-0.ndjson").open("ab") as file:
            file.write(lines(*numbers, boot=boot))

    def settle(self) -> None:
        self.delivery.turn()
        while self.worker.run():
            self.delivery.turn()


@pytest.fixture
def bench(tmp_path: Path, cloud: FakeCloud) -> Iterator[Bench]:
    made = Bench(tmp_path, cloud)
    yield made
    made.opened.db.close()


def test_plays_reach_the_cloud_in_batches_and_are_let_go(bench: Bench, cloud: FakeCloud) -> None:
    bench.played(*range(1100))
    bench.played(0, boot="boot-b")

    bench.settle()

    assert (len(cloud.plays), cloud.plays_received, bench.outbox.waiting) == (1101, 1101, 0)
    assert len(cloud.asked("/api/device/plays")) == 4


def test_an_answer_that_is_lost_means_sending_again_and_counting_once(bench: Bench, cloud: FakeCloud) -> None:
    bench.played(0, 1)
    cloud.forget_acknowledgement = True
    bench.settle()
    assert (len(cloud.plays), bench.outbox.waiting) == (2, 2)
    cloud.forget_acknowledgement = False

    bench.clock.pass_time(2)
    bench.settle()

    assert (len(cloud.plays), cloud.plays_received, bench.outbox.waiting) == (2, 4, 0)


@pytest.mark.parametrize("fault", [Status(500), Status(429), Portal(), Status(200, body=b"{}"), Status(404)])
def test_a_cloud_in_trouble_loses_nothing(bench: Bench, cloud: FakeCloud, fault: Status | Portal) -> None:
    bench.played(0, 1)
    cloud.fail("/api/device/plays", fault)

    bench.settle()
    assert (len(cloud.plays), bench.outbox.waiting) == (0, 2)
    bench.clock.pass_time(2)
    bench.settle()

    assert (len(cloud.plays), bench.outbox.waiting) == (2, 0)


def test_one_play_the_cloud_will_never_take_does_not_stop_the_others(bench: Bench, cloud: FakeCloud) -> None:
    bench.played(0, 1, 2, 3)
    cloud.fail("/api/device/plays", Status(422), Status(422), Status(422))

    bench.settle()

    assert sorted(n for _, n in cloud.plays) == [1, 2, 3]
    assert (bench.outbox.waiting, bench.outbox.refused) == (0, 1)


def test_the_journal_is_read_at_its_beat(bench: Bench, cloud: FakeCloud) -> None:
    bench.settle()
    bench.played(0)
    bench.settle()
    assert cloud.plays == {}

    bench.clock.pass_time(10)
    bench.settle()

    assert len(cloud.plays) == 1


def test_when_the_line_is_up_again_nothing_waits(bench: Bench, cloud: FakeCloud) -> None:
    bench.played(0)
    cloud.fail("/api/device/plays", Status(500))
    bench.settle()

    bench.delivery.send_now()
    bench.settle()

    assert len(cloud.plays) == 1


@pytest.mark.parametrize("rule", ["let go when acknowledged", "broken twin: let go when sent"])
def test_a_kill_between_sending_and_the_answer_loses_nothing(bench: Bench, cloud: FakeCloud, rule: str) -> None:
    bench.played(0, 1)
    bench.delivery.turn()  # with the worker now, which dies with the process
    if rule != "let go when acknowledged":
        batch = bench.outbox.next_batch("d")
        assert batch is not None
        bench.outbox.acknowledge(batch, batch.last_n)
    bench.played(2)
    bench.outbox.take("d")

    bench.outbox.settle()

    restarted = Outbox(bench.opened.db, bench.folder)

    assert restarted.waiting == (3 if rule == "let go when acknowledged" else 1)
