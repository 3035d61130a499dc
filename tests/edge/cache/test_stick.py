"""Reading a stick that anybody may have written."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from edge.cache.stick import MOST_MANIFEST, Found, Stick, StickFile
from edge.http import UnreachableError

DATA = b"a picture" * 1000
SHA = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("screens", "assets"):
        (tmp_path / "stick/vizora" / name).mkdir(parents=True)
    (tmp_path / "stick/vizora/screens/me.manifest").write_bytes(b"signed")
    (tmp_path / "stick/vizora/assets" / SHA).write_bytes(DATA)
    return tmp_path / "stick"


def read(folder: Path, sha256: str = SHA) -> bytes:
    with Stick(folder).asset(sha256) as file:
        return b"".join(file.chunks())


def test_what_is_there_is_found_and_read(folder: Path) -> None:
    assert Stick(folder).look("me") == Found(b"signed", {SHA: len(DATA)})
    assert read(folder) == DATA


def test_what_has_another_name_than_an_asset_is_not_looked_at(folder: Path) -> None:
    for name in (SHA.upper(), SHA[:-1], f"{SHA}.part", "holiday.jpg", "\x1b[2J", "a\nb", "ä" * 60):
        (folder / "vizora/assets" / name).write_bytes(b"x")
    (folder / "vizora/assets" / ("a" * 64)).mkdir()

    assert set(Stick(folder).look("me").sizes) == {SHA}


def test_the_folder_one_names_may_be_a_link(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder)

    assert read(tmp_path / "link") == DATA


def link_the_file(folder: Path, outside: Path) -> None:
    moved(folder / "vizora/assets" / SHA, outside)
    moved(folder / "vizora/screens/me.manifest", outside)


def link_the_folders(folder: Path, outside: Path) -> None:
    moved(folder / "vizora/assets", outside)
    moved(folder / "vizora/screens", outside)


def link_it_all(folder: Path, outside: Path) -> None:
    moved(folder / "vizora", outside)


def moved(path: Path, outside: Path) -> None:
    """Out of the stick, with a link in its place: whoever follows it finds the right bytes."""
    path.rename(outside / path.name)
    path.symlink_to(outside / path.name)


@pytest.mark.parametrize("link", [link_the_file, link_the_folders, link_it_all])
def test_a_link_that_leads_out_of_the_stick_is_not_followed(
    folder: Path, tmp_path: Path, link: Callable[[Path, Path], None]
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    link(folder, outside)

    with pytest.raises(OSError):
        Stick(folder).look("me")
    with pytest.raises(UnreachableError, match="the stick can't be read"):
        read(folder)
    assert (folder / "vizora/assets" / SHA).read_bytes() == DATA  # the twin: what plain paths would have done


def test_a_pipe_in_place_of_a_file_holds_nobody_up(folder: Path) -> None:
    for path in (folder / "vizora/assets" / SHA, folder / "vizora/screens/me.manifest"):
        path.unlink()
        os.mkfifo(path)

    with pytest.raises(OSError, match="is no file"):
        Stick(folder).look("me")
    with pytest.raises(UnreachableError):
        read(folder)


def test_a_manifest_without_end_is_not_read_to_it(folder: Path) -> None:
    os.truncate(folder / "vizora/screens/me.manifest", 10 * 2**30)

    with pytest.raises(OSError, match=f"more than {MOST_MANIFEST} bytes"):
        Stick(folder).look("me")


def test_a_folder_without_content_says_so_by_its_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Stick(tmp_path).look("me")


def test_a_read_error_is_the_sticks_not_the_devices(folder: Path) -> None:
    unreadable = os.open(folder / "vizora/assets" / SHA, os.O_WRONLY)
    try:
        with pytest.raises(UnreachableError, match=r"the stick can't be read \(Bad file descriptor\)"):
            next(StickFile(unreadable).chunks())
    finally:
        os.close(unreadable)


def test_what_goes_wrong_while_it_is_copied_stays_what_it_was(folder: Path) -> None:
    with pytest.raises(OSError, match="No space left on device"), Stick(folder).asset(SHA):
        raise OSError(28, "No space left on device")


def test_nothing_stays_open(folder: Path) -> None:
    """A stick that is held open can't be unmounted."""
    before = len([*Path("/proc/self/fd").iterdir()])
    Stick(folder).look("me")
    Stick(folder).look("somebody else")
    read(folder)
    (folder / "vizora/assets" / SHA).unlink()
    (folder / "vizora/assets" / SHA).symlink_to("/etc/passwd")
    with pytest.raises(UnreachableError):
        read(folder)

    assert len([*Path("/proc/self/fd").iterdir()]) == before
