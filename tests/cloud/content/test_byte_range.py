import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.content.byte_range import ByteRange, Unsatisfiable, byte_range


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("bytes=0-0", ByteRange(0, 1)),
        ("bytes=0-99", ByteRange(0, 100)),
        ("bytes=10-19", ByteRange(10, 10)),
        ("bytes=90-", ByteRange(90, 10)),
        ("bytes=90-1000", ByteRange(90, 10)),
        ("bytes=-7", ByteRange(93, 7)),
        ("bytes=-1000", ByteRange(0, 100)),
        ("Bytes = 5 - 6 ", ByteRange(5, 2)),
        ("bytes=6-5", None),
        ("bytes=-", None),
        ("bytes=0-1,5-6", None),
        ("items=0-1", None),
        ("bytes=a-b", None),
        ("", None),
    ],
)
def test_one_range_is_read_and_everything_else_means_the_whole(header: str | None, expected: ByteRange | None) -> None:
    assert byte_range(header, 100) == expected


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_a_range_behind_the_end_can_not_be_satisfied(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        byte_range(header, 100)


def test_an_empty_file_has_no_ranges() -> None:
    with pytest.raises(Unsatisfiable):
        byte_range("bytes=0-", 0)


@given(st.text(max_size=30) | st.from_regex(r"bytes=\d{0,3}-\d{0,3}", fullmatch=True), st.integers(0, 200))
def test_a_range_lies_within_the_file(header: str, size: int) -> None:
    try:
        part = byte_range(header, size)
    except Unsatisfiable:
        return

    assert part is None or (0 <= part.start < size and 1 <= part.length <= size - part.start)
