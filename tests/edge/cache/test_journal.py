import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.cache.journal import MAX_LINE, read_lines, segment_name
from edge.player.journal import AHEAD
from tests.edge.cache.plays import lines, play


def test_whole_lines_are_plays_and_a_half_one_is_left() -> None:
    whole = lines(0, 1)
    half = lines(2)[:-5]

    read = read_lines(whole + half)

    assert read.plays == (play(0), play(1))
    assert (read.nonsense, read.taken) == ((), len(whole))


@pytest.mark.parametrize(
    "line",
    [
        b"{}",
        b"[1,2]",
        b"\xff\xfe",
        b'{"bootId":',
        lines(0)[:-1].replace(b'"n":0', b'"n":-1'),
        lines(0)[:-1].replace(b'"n":0', b'"n":99999999999999999999'),
        lines(0)[:-1].replace(b'"n":0', b'"n":"0"'),
        lines(0)[:-1].replace(b"Z", b""),
        lines(0)[:-1].replace(b"boot-a", b""),
        lines(0)[:-1].replace(b"boot-a", b"b" * 65),
        b"[" * 5000,
    ],
)
def test_nonsense_is_set_aside_and_stops_nothing(line: bytes) -> None:
    read = read_lines(lines(0) + line + b"\n" + lines(1))

    assert [p.n for p in read.plays] == [0, 1]
    assert read.nonsense == (line,)


def test_nothing_behind_a_zero_counts_while_it_may_be_a_page_that_is_still_being_written() -> None:
    data = lines(0) + lines(1)[:50] + bytes(100) + lines(2)

    read = read_lines(data)

    assert ([p.n for p in read.plays], read.nonsense, read.taken) == ([0], (), len(lines(0)))
    twin = read_lines(data, is_over=True)  # as if nobody wrote any more: the play is set aside before it is whole
    assert len(twin.nonsense) == 1


def test_of_what_a_power_cut_left_everything_is_read_around_the_zeros() -> None:
    torn = lines(1)[:50] + bytes(100) + lines(1)[150:-1]
    data = lines(0) + torn + b"\n" + bytes(512) + lines(2) + lines(3)[:20] + bytes(5000)

    read = read_lines(data, is_over=True)

    assert [p.n for p in read.plays] == [0, 2]
    assert read.nonsense == (torn, lines(3)[:20])
    assert read.taken == len(data)


def test_a_cache_that_is_older_than_the_zeros_waits_for_the_line_they_are_in() -> None:
    """It knew no zeros, only that a line without an end is given up; what is written ahead stays under that."""

    def rest_of(file: bytes) -> int:
        return len(file) - file.rfind(b"\n") - 1

    assert rest_of(lines(0) + b"x" * 2000 + bytes(AHEAD)) <= MAX_LINE


def test_a_line_without_an_end_is_given_up_when_it_is_too_long() -> None:
    assert read_lines(b"x" * MAX_LINE).taken == 0
    assert read_lines(b"x" * (MAX_LINE + 1)).taken == MAX_LINE + 1


@given(st.binary(max_size=500), st.integers(0, 500))
def test_any_bytes_in_any_pieces_are_dealt_with_once(data: bytes, cut: int) -> None:
    first = read_lines(data[:cut])
    rest = read_lines(data[first.taken :])

    assert 0 <= first.taken <= len(data)
    assert first.taken + rest.taken == read_lines(data).taken
    assert first.nonsense + rest.nonsense == read_lines(data).nonsense


@pytest.mark.parametrize(
    ("name", "boot", "number"),
    [
        ("6d0f0e52-5b0c-4a56-9d0b-0c1f6f6a2f01-12.ndjson", "6d0f0e52-5b0c-4a56-9d0b-0c1f6f6a2f01", 12),
        ("boot-0.ndjson", "boot", 0),
    ],
)
def test_segments_have_names(name: str, boot: str, number: int) -> None:
    segment = segment_name(name)

    assert segment is not None
    assert (segment.boot_id, segment.number) == (boot, number)


@pytest.mark.parametrize(
    "name", ["boot.ndjson", "boot-1.ndjson.new", "-1.ndjson", "../x-1.ndjson", "b-1.json", "b-١.ndjson"]
)
def test_other_files_are_none_of_ours(name: str) -> None:
    assert segment_name(name) is None
