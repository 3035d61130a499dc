"""What the road in QEMU waits for, it waits for by the time the emulator really had (tests/image/qemu/patience.py)."""

from dataclasses import dataclass
from pathlib import Path

from tests.image.qemu.patience import Patience, queued


@dataclass
class Host:
    now: float = 0.0
    waited: float = 0.0

    def passes(self, seconds: float, waited: float = 0.0) -> None:
        self.now += seconds
        self.waited += waited


def patience(host: Host, seconds: float) -> Patience:
    return Patience(seconds, lambda: host.waited, lambda: host.now)


def test_on_a_quiet_machine_it_ends_when_its_time_is_over() -> None:
    host = Host()
    waits = patience(host, 10)

    host.passes(9)
    assert not waits.is_over()
    host.passes(1)
    assert waits.is_over()


def test_what_others_took_does_not_count() -> None:
    host = Host()
    waits = patience(host, 10)

    host.passes(1000, waited=995)
    assert not waits.is_over()
    host.passes(1000, waited=995)
    assert waits.is_over()


def test_a_machine_that_started_anew_begins_its_count_anew_and_loses_nothing() -> None:
    host = Host(waited=500)
    waits = patience(host, 10)

    host.waited = 0
    host.passes(4)
    assert not waits.is_over()
    host.passes(100, waited=95)
    assert not waits.is_over()
    host.passes(1)
    assert waits.is_over()


def test_threads_that_waited_at_once_are_not_added_up(tmp_path: Path) -> None:
    for thread, line in (("7", "100 2000000000 1"), ("8", "9000000000 3000000000 1")):
        (tmp_path / "7" / "task" / thread).mkdir(parents=True)
        (tmp_path / "7" / "task" / thread / "schedstat").write_text(line)

    assert queued(7, tmp_path) == 3.0
    assert queued(8, tmp_path) == 0.0
