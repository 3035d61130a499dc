"""The client's file name is only a label (promise P23): three hundred that went wrong elsewhere."""

import unicodedata
from pathlib import Path

from cloud.content.names import MAX_NAME, disposition, label
from tests.cloud.content import media
from tests.cloud.content.hostile_names import NAMES
from tests.cloud.content.studio import Studio
from tests.cloud.uploads.sender import Sender

ACCEPTED = 12
"""Of all, so many go the whole way; each is looked at by a process of its own."""


def is_harmless(shown: str) -> bool:
    """One line without a path that says what it shows."""
    invisible = {"Cc", "Cf", "Cs", "Zl", "Zp"} & {unicodedata.category(character) for character in shown}
    return bool(shown) and len(shown) <= MAX_NAME and not invisible and not {"/", "\\"} & set(shown)


def files_in(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def test_there_are_enough_of_them() -> None:
    assert len(NAMES) >= 300


def test_every_one_becomes_a_line_without_a_path() -> None:
    assert [name for name in NAMES if not is_harmless(label(name))] == []


def test_every_one_can_be_sent_back_in_a_header() -> None:
    for name in NAMES:
        header = disposition("attachment", name)

        assert header.isascii()
        assert not {"\r", "\n", "\0"} & set(header), name
        assert header.count('"') == 2, name


def test_a_form_with_any_of_them_writes_nowhere_else(studio: Studio, tmp_path: Path) -> None:
    before = files_in(tmp_path)
    for name in NAMES:
        assert studio.send(b"<svg/>", name).status_code == 415, name
    outside = {path for path in files_in(tmp_path) - before if not path.is_relative_to(tmp_path / "var")}

    assert outside == set()
    assert studio.stored() == 0


def test_an_upload_in_pieces_with_any_of_them_writes_nowhere_else(studio: Studio, tmp_path: Path) -> None:
    sender = Sender(studio.person.client)
    for name in NAMES:
        made = sender.create(10, filename=name)
        assert made.status_code in (201, 400), (name, made.text)
        if made.status_code == 201:
            assert sender.request("DELETE", made.headers["Location"]).status_code == 204

    assert {path for path in files_in(tmp_path) if not path.is_relative_to(tmp_path / "var")} == set()


def test_some_of_them_go_the_whole_way(studio: Studio, tmp_path: Path) -> None:
    for name in NAMES[:: len(NAMES) // ACCEPTED]:
        shown = studio.ready(media.still("PNG"), name)

        assert is_harmless(shown["title"]), name
        assert is_harmless(shown["fileName"]), name
    assert {path for path in files_in(tmp_path) if not path.is_relative_to(tmp_path / "var")} == set()
