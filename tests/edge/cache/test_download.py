"""Downloads against a real server that fails on purpose."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.cache import download
from edge.cache.device_calls import DeviceCalls
from edge.cache.download import (
    Broken,
    Cancelled,
    DiskFailed,
    DiskFull,
    Fetched,
    Outcome,
    Wrong,
    fetch,
    part_path,
    sha256_of,
)
from edge.cache.plan import File
from edge.http import Fault
from tests.fakes.clock import FakeClock
from tests.fakes.device_cloud import FakeCloud, fake_cloud
from tests.fakes.line_faults import Cut, NoRange, Portal, Status, WrongBytes, WrongRange

DATA = os.urandom(3_000_000)


@pytest.fixture
def cloud() -> Iterator[FakeCloud]:
    with fake_cloud() as running:
        yield running


@pytest.fixture
def file(cloud: FakeCloud) -> File:
    return File(cloud.add_asset(DATA), len(DATA), "video/mp4")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "assets"


def bring(cloud: FakeCloud, file: File, folder: Path) -> Outcome:
    return fetch(file, folder, DeviceCalls(cloud.url, lambda: cloud.token), FakeClock())


def is_whole(folder: Path, file: File) -> bool:
    return (folder / file.sha256).read_bytes() == DATA and not part_path(folder, file.sha256).exists()


def test_a_file_gets_its_name_when_all_is_right(cloud: FakeCloud, file: File, folder: Path) -> None:
    assert bring(cloud, file, folder) == Fetched()
    assert is_whole(folder, file)


def test_a_file_that_is_there_is_not_fetched_again(cloud: FakeCloud, file: File, folder: Path) -> None:
    bring(cloud, file, folder)
    asked = len(cloud.requests)

    assert bring(cloud, file, folder) == Fetched(was_there=True)
    assert len(cloud.requests) == asked


def test_a_cut_download_goes_on_where_it_was(cloud: FakeCloud, file: File, folder: Path) -> None:
    cloud.fail("/api/device/assets", Cut(after=1_000_000), Cut(after=1_000_000))

    first = bring(cloud, file, folder)
    second = bring(cloud, file, folder)
    third = bring(cloud, file, folder)

    assert isinstance(first, Broken)
    assert first.error.fault is Fault.CUT
    assert isinstance(second, Broken)
    assert third == Fetched()
    assert is_whole(folder, file)
    assert [asked.headers.get("Range") for asked in cloud.requests] == [None, "bytes=1000000-", "bytes=2000000-"]
    assert cloud.bytes_sent[file.sha256] == len(DATA)


def test_without_resuming_the_same_cuts_would_cost_more(cloud: FakeCloud, file: File, folder: Path) -> None:
    """The broken twin: the part is thrown away between the tries."""
    cloud.fail("/api/device/assets", Cut(after=1_000_000), Cut(after=1_000_000))

    while not isinstance(bring(cloud, file, folder), Fetched):
        part_path(folder, file.sha256).unlink()

    assert cloud.bytes_sent[file.sha256] > 1.2 * len(DATA)


def test_wrong_bytes_never_get_the_name(cloud: FakeCloud, file: File, folder: Path) -> None:
    cloud.fail("/api/device/assets", WrongBytes(at=2_000_000))

    assert isinstance(bring(cloud, file, folder), Wrong)
    assert list(folder.iterdir()) == []
    assert bring(cloud, file, folder) == Fetched()


def test_without_the_hash_wrong_bytes_would_get_the_name(
    cloud: FakeCloud, file: File, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken twin."""

    class Believing:
        def update(self, data: bytes) -> None: ...

        def hexdigest(self) -> str:
            return file.sha256

    monkeypatch.setattr("edge.cache.download.hashlib.sha256", Believing)
    cloud.fail("/api/device/assets", WrongBytes(at=2_000_000))

    assert bring(cloud, file, folder) == Fetched()
    assert not is_whole(folder, file)


def test_a_spoilt_part_is_found_by_the_hash_of_the_whole(cloud: FakeCloud, file: File, folder: Path) -> None:
    folder.mkdir()
    part_path(folder, file.sha256).write_bytes(b"\0" * 1_000_000)

    assert isinstance(bring(cloud, file, folder), Wrong)
    assert bring(cloud, file, folder) == Fetched()
    assert is_whole(folder, file)


def test_a_whole_part_only_needs_its_name(cloud: FakeCloud, file: File, folder: Path) -> None:
    folder.mkdir()
    part_path(folder, file.sha256).write_bytes(DATA)

    assert bring(cloud, file, folder) == Fetched()
    assert cloud.requests == []


@pytest.mark.parametrize("fault", [WrongRange(), WrongRange(-5)])
def test_a_wrong_range_is_not_glued_on(cloud: FakeCloud, file: File, folder: Path, fault: WrongRange) -> None:
    folder.mkdir()
    part_path(folder, file.sha256).write_bytes(DATA[:1000])
    cloud.fail("/api/device/assets", fault)

    assert isinstance(bring(cloud, file, folder), Wrong)
    assert bring(cloud, file, folder) == Fetched()
    assert is_whole(folder, file)


def test_a_200_for_a_range_begins_anew(cloud: FakeCloud, file: File, folder: Path) -> None:
    folder.mkdir()
    part_path(folder, file.sha256).write_bytes(b"old" * 1000)
    cloud.fail("/api/device/assets", NoRange())

    assert bring(cloud, file, folder) == Fetched()
    assert is_whole(folder, file)


@pytest.mark.parametrize(
    "fault", [Portal(), Status(404), Status(200, (("Content-Type", "text/html"),), b"x" * len(DATA))]
)
def test_what_is_not_the_file_leaves_the_part_alone(
    cloud: FakeCloud, file: File, folder: Path, fault: Portal | Status
) -> None:
    folder.mkdir()
    part_path(folder, file.sha256).write_bytes(DATA[:1000])
    cloud.fail("/api/device/assets", fault)

    assert isinstance(bring(cloud, file, folder), Wrong)
    assert part_path(folder, file.sha256).read_bytes() == DATA[:1000]


def test_a_cloud_in_trouble_is_a_broken_line(cloud: FakeCloud, file: File, folder: Path) -> None:
    cloud.fail("/api/device/assets", Status(503))

    assert isinstance(bring(cloud, file, folder), Broken)


@pytest.mark.parametrize("damage", [DATA[:-1], DATA[:-1] + b"?", b""])
def test_a_damaged_file_under_the_name_is_fetched_anew(
    cloud: FakeCloud, file: File, folder: Path, damage: bytes
) -> None:
    folder.mkdir()
    (folder / file.sha256).write_bytes(damage)

    assert bring(cloud, file, folder) == Fetched()
    assert is_whole(folder, file)


@pytest.mark.parametrize("name", ["asset", "part"])
@pytest.mark.parametrize("thing", ["link", "folder", "fifo"])
def test_strange_things_in_the_way_are_taken_out_of_it(
    cloud: FakeCloud, file: File, folder: Path, tmp_path: Path, name: str, thing: str
) -> None:
    folder.mkdir()
    (tmp_path / "elsewhere").write_bytes(b"mine")
    path = folder / file.sha256 if name == "asset" else part_path(folder, file.sha256)
    if thing == "link":
        path.symlink_to(tmp_path / "elsewhere")
    elif thing == "folder":
        path.mkdir()
    else:
        os.mkfifo(path)

    assert bring(cloud, file, folder) == Fetched()
    assert (folder / file.sha256).read_bytes() == DATA
    assert (tmp_path / "elsewhere").read_bytes() == b"mine"


def test_something_more_urgent_stops_it_and_keeps_the_part(cloud: FakeCloud, file: File, folder: Path) -> None:
    calls = DeviceCalls(cloud.url, lambda: cloud.token)
    heard: list[int] = []

    outcome = fetch(file, folder, calls, FakeClock(), is_cancelled=lambda: bool(heard), progressed=heard.append)

    assert outcome == Cancelled()
    assert part_path(folder, file.sha256).stat().st_size == heard[-1] > 0


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_full_disk_is_said_and_the_next_try_succeeds_when_there_is_room(
    cloud: FakeCloud, file: File, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], check=False)
    if mounted.returncode != 0:
        pytest.skip("no tmpfs here")
    try:
        assert bring(cloud, file, disk / "assets") == DiskFull()
        subprocess.run(["mount", "-o", "remount,size=8m", disk], check=True)
        assert bring(cloud, file, disk / "assets") == Fetched()
        assert cloud.bytes_sent[file.sha256] < 1.9 * len(DATA)
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_folder_that_cannot_be_made_is_a_failing_disk(cloud: FakeCloud, file: File, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")

    assert isinstance(bring(cloud, file, tmp_path / "file"), DiskFailed)


def test_after_a_failed_fsync_the_bytes_are_not_believed(
    cloud: FakeCloud, file: File, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("edge.cache.download.os.fsync", failing)
    outcome = bring(cloud, file, folder)
    monkeypatch.undo()

    assert isinstance(outcome, DiskFailed)
    assert list(folder.iterdir()) == []
    assert bring(cloud, file, folder) == Fetched()
    assert cloud.bytes_sent[file.sha256] == 2 * len(DATA)


def test_a_file_whose_name_was_not_synced_does_not_count_before_it_is(
    cloud: FakeCloud, file: File, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk refuses the folder's sync, after the file got its name."""
    answers: list[OSError | None] = [OSError(5, "Input/output error"), OSError(5, "Input/output error"), None]

    def refusing(folder: Path) -> None:
        if (fault := answers.pop(0)) is not None:
            raise fault

    monkeypatch.setattr("edge.cache.download.sync_folder", refusing)

    outcomes = [bring(cloud, file, folder) for _ in range(3)]

    assert [type(outcome) for outcome in outcomes] == [DiskFailed, DiskFailed, Fetched]
    assert answers == []
    assert cloud.bytes_sent[file.sha256] == len(DATA)


def test_hashing_says_when_to_take_a_breath(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * (download.BLOCK + 1))
    breaths: list[int] = []

    sha256_of(tmp_path / "file", between=breaths.append)

    assert breaths == [download.BLOCK, 1]
