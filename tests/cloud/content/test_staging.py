import errno
import hashlib
import os
from pathlib import Path

import pytest

from cloud.content.faults import DamagedFile, StorageFull, TooLarge, UnsupportedType
from cloud.content.media_type import MediaType
from cloud.content.privacy.cleaner import Cleaner
from cloud.content.staging import Staging
from tests.cloud.content import media


class WithoutLimit(Staging):
    """The broken twin: it forgot to count."""

    def __init__(self, folder: Path, *, limit: int) -> None:
        super().__init__(folder, limit=limit * 1000)


def test_what_is_written_is_counted_hashed_and_told_by_type(tmp_path: Path) -> None:
    data = media.still("PNG")

    with Staging(tmp_path).open() as staged:
        for at in range(0, len(data), 1000):
            staged.write(data[at : at + 1000])
        kind = staged.finish()

        assert (kind, staged.size, staged.sha256) == (MediaType.PNG, len(data), hashlib.sha256(data).hexdigest())
        assert staged.path.read_bytes() == data
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("kind", "holds"), [(Staging, True), (WithoutLimit, False)])
def test_a_file_is_refused_at_the_first_byte_over_the_limit(tmp_path: Path, kind: type[Staging], holds: bool) -> None:
    with kind(tmp_path, limit=8192).open() as staged:
        staged.write(media.still("PNG")[:8192])
        try:
            staged.write(b"x")
            was_held = False
        except TooLarge as fault:
            was_held = fault.code == "CONTENT_002"
        on_disk = staged.path.stat().st_size

    assert was_held is holds
    assert (on_disk == 8192) is holds


def test_a_wrong_type_is_refused_as_soon_as_its_head_is_there(tmp_path: Path) -> None:
    with Staging(tmp_path).open() as staged, pytest.raises(UnsupportedType, match="m3u8"):
        staged.write(b"#EXTM3U\n" * 1000)


def test_a_short_wrong_file_is_refused_at_its_end(tmp_path: Path) -> None:
    with Staging(tmp_path).open() as staged:
        staged.write(b"<svg/>")
        with pytest.raises(UnsupportedType, match="SVG"):
            staged.finish()


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with Staging(tmp_path).open() as staged, pytest.raises(DamagedFile, match="empty"):
        staged.finish()


def test_an_upload_leaves_room_on_the_disk(tmp_path: Path) -> None:
    disk = os.statvfs(tmp_path)
    everything = disk.f_blocks * disk.f_frsize

    with pytest.raises(StorageFull, match="disk is full"):
        Staging(tmp_path, keep_free=everything + 1).open()

    assert list(tmp_path.iterdir()) == []


def test_a_photo_is_staged_again_without_its_place(tmp_path: Path) -> None:
    taken = media.photo(orientation=6)

    with Staging(tmp_path).open() as staged:
        staged.write(taken)
        staged.finish()
        cleaned = staged.cleaned(Cleaner())
        assert cleaned is not None
        with cleaned:
            assert cleaned.size < staged.size
            assert b"Spycam" not in cleaned.path.read_bytes()
            assert cleaned.sha256 == hashlib.sha256(cleaned.path.read_bytes()).hexdigest()
    assert list(tmp_path.iterdir()) == []


def test_a_write_that_fails_half_way_leaves_only_what_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Staging(tmp_path).open_piece() as piece:
        piece.write(b"first")
        real = piece._file

        class Filling:
            """A disk with room for three bytes more."""

            def write(self, data: memoryview) -> int:
                if len(data) < 6:
                    raise OSError(errno.ENOSPC, "full")
                return real.write(data[:3])

            truncate, seek, close = real.truncate, real.seek, real.close

        monkeypatch.setattr(piece, "_file", Filling())
        with pytest.raises(StorageFull):
            piece.write(b"second")

        assert (piece.size, piece.path.read_bytes()) == (5, b"first")


def test_the_sweep_removes_what_nobody_writes_any_more_and_nothing_else(tmp_path: Path) -> None:
    staging = Staging(tmp_path)
    (tmp_path / "left-by-a-killed-process.part").write_bytes(b"x")
    (tmp_path / "something else").write_bytes(b"x")

    with staging.open() as staged:
        assert staging.sweep() == 1
        assert staged.path.exists()

    assert [path.name for path in tmp_path.iterdir()] == ["something else"]
