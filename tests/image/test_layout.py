from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from image import boards
from image.layout import MIB, Sizes, disk_size, partitions, sfdisk_script, volume_id

SIZES = st.builds(Sizes, *[st.integers(1, 4096)] * 4)


@given(SIZES)
def test_partitions_lie_one_after_the_other_and_data_is_last(sizes: Sizes) -> None:
    placed = partitions("x86-64", sizes)

    assert [p.name for p in placed] == ["bootsel", "boot_a", "boot_b", "root_a", "root_b", "data"]
    assert all(one.end == next_.start for one, next_ in pairwise(placed))
    assert all(p.start % MIB == 0 for p in placed)
    assert placed[-1].end < disk_size(placed)


@given(SIZES)
def test_both_slots_have_the_same_room(sizes: Sizes) -> None:
    room = {p.name: p.size for p in partitions("rpi", sizes)}

    assert room["boot_a"] == room["boot_b"]
    assert room["root_a"] == room["root_b"]


@pytest.mark.parametrize("board", boards.names())
def test_the_table_is_the_same_each_time_and_another_for_each_board(board: str) -> None:
    sizes = boards.load(board).sizes
    script = sfdisk_script(board, partitions(board, sizes))

    assert script == sfdisk_script(board, partitions(board, sizes))
    assert script != sfdisk_script("another", partitions("another", sizes))
    assert "name=bootsel" in script


def test_a_volume_id_is_eight_hexadecimal_digits() -> None:
    assert len(volume_id("rpi", "boot")) == 8
    assert int(volume_id("rpi", "boot"), 16)
