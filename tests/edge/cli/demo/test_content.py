from pathlib import Path

import pytest

from edge.cli.demo import content
from vizora.errors import OperatorError


def test_a_folder_is_taken_whole_in_the_order_people_count(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    for name in ("10.png", "2.png", "more/1.jpg", ".hidden.png", "notes.txt"):
        (tmp_path / name).write_bytes(b"x")

    files = [str(piece.file.relative_to(tmp_path)) for piece in content.folder(tmp_path)]

    assert files == ["2.png", "10.png", "more/1.jpg", "notes.txt"]


def test_an_empty_folder_is_said_to_be_empty(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="there is no file in it"):
        content.folder(tmp_path)


def test_a_link_to_a_folder_above_does_not_go_round_for_ever(tmp_path: Path) -> None:
    (tmp_path / "round").symlink_to(tmp_path)
    (tmp_path / "a.png").write_bytes(b"x")

    assert [piece.title for piece in content.folder(tmp_path)] == ["a", "round"]


def test_the_welcome_loop_is_whole() -> None:
    pieces = content.welcome()

    assert len(pieces) >= 4
    assert all(piece.file.is_file() and piece.title for piece in pieces)
    assert {piece.file.suffix for piece in pieces} >= {".mp4"}
