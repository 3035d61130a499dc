import os
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from edge.clock import SystemClock
from edge.player import journal as module
from edge.player.journal import Journal, JournalWriter
from vizora.identifiers import BootId, ContentId, ItemId, PlaylistId
from vizora.plays import Play
from vizora.schedule.model import ClockTrust

BOOT = BootId("11111111-1111-1111-1111-111111111111")


def play(n: int) -> Play:
    return Play(
        boot_id=BOOT,
        n=n,
        item_id=ItemId("i"),
        content_id=ContentId("c"),
        playlist_id=PlaylistId("p"),
        schedule_id=None,
        started_at=datetime(2026, 11, 22, tzinfo=UTC),
        duration_ms=10,
        completed=True,
        clock=ClockTrust.TRUSTED,
    )


def lines(folder: Path) -> list[Play]:
    found = sorted(folder.glob("*.ndjson"), key=lambda path: int(path.stem.rpartition("-")[2]))
    whole = [line for path in found for line in path.read_bytes().rstrip(b"\0").split(b"\n")[:-1]]
    return [msgspec.json.decode(line, type=Play) for line in whole]


def test_a_play_is_one_line_and_recorded_once_synced(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "plays", BOOT)
    journal.add(play(0))
    journal.write()
    before = journal.unrecorded
    journal.sync()

    assert (before, journal.unrecorded) == (1, 0)
    assert lines(tmp_path / "plays") == [play(0)]
    journal.close()


def test_lines_are_written_over_zeros_so_that_a_sync_changes_no_size(tmp_path: Path) -> None:
    journal = Journal(tmp_path, BOOT)
    sizes = set()
    for n in range(50):
        journal.add(play(n))
        journal.write()
        sizes.add((tmp_path / f"{BOOT}-0.ndjson").stat().st_size)
    zeros = (tmp_path / f"{BOOT}-0.ndjson").read_bytes().count(b"\0")
    journal.close()

    assert sizes == {module.AHEAD}
    assert zeros > 0
    assert (tmp_path / f"{BOOT}-0.ndjson").read_bytes().count(b"\0") == 0


def test_a_new_segment_begins_when_one_is_full(tmp_path: Path) -> None:
    journal = Journal(tmp_path, BOOT)
    for n in range(1500):
        journal.add(play(n))
    journal.close()

    assert [path.name for path in sorted(tmp_path.iterdir())] == [f"{BOOT}-0.ndjson", f"{BOOT}-1.ndjson"]
    assert all(path.stat().st_size <= module.SEGMENT_SIZE for path in tmp_path.iterdir())
    assert not any(b"\0" in path.read_bytes() for path in tmp_path.iterdir())
    assert lines(tmp_path) == [play(n) for n in range(1500)]


def _full(_descriptor: int, _data: bytes, _offset: int) -> int:
    raise OSError(28, os.strerror(28))


def _half(descriptor: int, data: bytes, offset: int, real: object = os.pwrite) -> int:
    assert callable(real)
    written = real(descriptor, data[: len(data) // 2], offset)
    assert isinstance(written, int)
    return written


@pytest.mark.parametrize("failing", [_full, _half])
def test_a_full_disk_keeps_plays_until_there_is_room(
    failing: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(tmp_path, BOOT)
    journal.add(play(0))
    journal.write()
    with monkeypatch.context() as disk:
        disk.setattr(os, "pwrite", failing)
        journal.add(play(1))
        refused = journal.write()
    problem = journal.problem
    journal.close()

    assert refused is False
    assert "No space left" in problem
    assert {p.n for p in lines(tmp_path)} == {0, 1}
    assert journal.problem == ""
    assert journal.unrecorded == 0


def test_memory_is_bounded_and_what_is_lost_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 3)
    journal = Journal(tmp_path, BOOT)
    for n in range(5):
        journal.add(play(n))
    journal.close()

    assert journal.lost == 2
    assert [p.n for p in lines(tmp_path)] == [2, 3, 4]


def test_the_writer_has_recorded_everything_when_it_is_closed(tmp_path: Path) -> None:
    journal = Journal(tmp_path, BOOT)
    writer = JournalWriter(journal, SystemClock(), sync_ms=600_000)
    writer.add([play(0), play(1)])
    writer.close()

    assert lines(tmp_path) == [play(0), play(1)]
    assert writer.unrecorded == 0
