"""Changes to a file in which nothing moves, and the pieces a changed file is made of."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

Piece = bytes | memoryview
Span = tuple[int, int]
"""From where to where, in bytes from the beginning of the file."""
MOST = 5_000_000
"""Parts of one file that are followed. A film of twelve hours has some four million packets."""
ZEROS = bytes(65_536)


class Strange(Exception):
    """The structure can't be followed."""


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """`new` comes in the place of as many bytes; without it they become zeros."""

    start: int
    end: int
    new: bytes = b""


def changed(data: memoryview, edits: Iterable[Edit]) -> list[Piece] | None:
    """The pieces of the changed file; None when it was like that before. Raises Strange when edits overlap."""
    pieces: list[Piece] = []
    done = 0
    for edit in sorted(edits):
        if edit.start < done:
            raise Strange
        if not _is_done(data, edit):
            pieces += [data[done : edit.start], *([edit.new] if edit.new else _zeros(edit.end - edit.start))]
            done = edit.end
    return [*pieces, data[done:]] if pieces else None


def zeros_but(start: int, end: int, kept: Sequence[Span]) -> Iterator[Edit]:
    """From `start` to `end` without the spans `kept`, which are sorted and don't overlap."""
    at = start
    for number in range(max(0, bisect_right(kept, (start,)) - 1), len(kept)):
        first, last = kept[number]
        if first >= end:
            break
        if first > at:
            yield Edit(at, first)
        at = max(at, last)
    if at < end:
        yield Edit(at, end)


def joined(spans: Iterable[Span]) -> list[Span]:
    """Sorted, and as one where they touch or overlap."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def is_zero(data: memoryview, start: int, end: int) -> bool:
    return all(bytes(data[at : min(end, at + len(ZEROS))]) == ZEROS[: end - at] for at in range(start, end, len(ZEROS)))


def _is_done(data: memoryview, edit: Edit) -> bool:
    return data[edit.start : edit.end] == edit.new if edit.new else is_zero(data, edit.start, edit.end)


def _zeros(count: int) -> list[Piece]:
    whole, rest = divmod(count, len(ZEROS))
    return [*[ZEROS] * whole, ZEROS[:rest]]
