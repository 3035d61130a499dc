import pytest

from image import boards
from image.boards import Boot
from vizora.errors import OperatorError


def test_each_board_has_its_lock_and_every_package_of_it_is_there() -> None:
    from image.lock import parse

    for name in boards.names():
        board = boards.load(name)
        locked = {package.name for package in parse(board.lock.read_text())}
        assert set(board.packages) <= locked, name


def test_a_board_there_is_none_of_is_named_with_those_there_are() -> None:
    with pytest.raises(OperatorError, match="'toaster' is no board; allowed: rpi, x86-64"):
        boards.load("toaster")


def test_the_boards_differ_in_what_starts_them() -> None:
    assert boards.load("rpi").boot is Boot.TRYBOOT
    assert boards.load("x86-64").boot is Boot.GRUB
    assert boards.load("rpi").compatible != boards.load("x86-64").compatible
