"""Where in an MP4 the samples of a track lie (ISO/IEC 14496-12, 8.7 and 8.8)."""

import struct
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate

from cloud.content.privacy.boxes import Box
from cloud.content.privacy.edits import Span, Strange

_COMPACT = {8: "B", 16: "H"}
"""Bits that a size takes in `stz2`."""


def chunks(data: memoryview, table: Mapping[bytes, Box]) -> Iterator[Span]:
    """The samples of a track whose sample table (`stbl`) has these boxes, by chunks. Raises Strange, struct.error."""
    starts = _offsets(data, table)
    ends = _Ends(data, table)
    sample = 0
    for chunk, count in zip(starts, _counts(data, table, len(starts)), strict=True):
        yield chunk, chunk + ends.length(sample, sample + count)
        sample += count


def _offsets(data: memoryview, table: Mapping[bytes, Box]) -> "array[int]":
    if b"co64" in table:
        return _numbers(data, table[b"co64"].body + 8, _count(data, table[b"co64"].body + 4), "Q", table[b"co64"].end)
    box = _of(table, b"stco")
    return _numbers(data, box.body + 8, _count(data, box.body + 4), "I", box.end)


def _counts(data: memoryview, table: Mapping[bytes, Box], chunks: int) -> Iterator[int]:
    """How many samples each chunk has: runs of chunks with equally many."""
    box = _of(table, b"stsc")
    runs = _numbers(data, box.body + 8, 3 * _count(data, box.body + 4), "I", box.end)
    done = 0
    for at in range(0, len(runs), 3):
        last = runs[at + 3] - 1 if at + 3 < len(runs) else chunks
        if not done + 1 == runs[at] <= last + 1 or last > chunks:
            raise Strange
        yield from (runs[at + 1] for _ in range(last - done))
        done = last


class _Ends:
    """How long samples are, from their sizes."""

    def __init__(self, data: memoryview, table: Mapping[bytes, Box]) -> None:
        compact = table.get(b"stz2")
        box = compact or _of(table, b"stsz")
        each, self._samples = struct.unpack_from(">II", data, box.body + 4)
        kind = _COMPACT.get(each, "") if compact else "I"
        if not kind or each == 1:  # four bits a size; old QuickTime sound, which means something else by one byte
            raise Strange
        self._each = 0 if compact else each
        sizes = () if self._each else _numbers(data, box.body + 12, self._samples, kind, box.end)
        self._ends = array("Q", accumulate(sizes, initial=0))

    def length(self, first: int, end: int) -> int:
        if end > self._samples:
            raise Strange
        return self._each * (end - first) if self._each else self._ends[end] - self._ends[first]


@dataclass(frozen=True, slots=True)
class Header:
    """`tfhd`: whose fragment it is, where its data are, and how long a sample is that does not say so."""

    track: int
    base: int | None
    on_its_moof: bool
    size: int | None


def header(data: memoryview, box: Box) -> Header:
    flags, track = struct.unpack_from(">II", data, box.body)
    at, base, size = box.body + 8, None, None
    if flags & 0x01:
        base, at = struct.unpack_from(">Q", data, at)[0], at + 8
    at += 4 * bool(flags & 0x02) + 4 * bool(flags & 0x08)
    if flags & 0x10:
        size = _count(data, at)
    return Header(track, base, bool(flags & 0x020000), size)


def run(data: memoryview, box: Box, base: int, goes_on_at: int, size: int) -> Span:
    """The samples of a `trun`, which lie one behind the other."""
    flags, count = struct.unpack_from(">II", data, box.body)
    at, start = box.body + 8, goes_on_at
    if flags & 0x01:
        start, at = base + struct.unpack_from(">i", data, at)[0], at + 4
    at += 4 * bool(flags & 0x04)
    if not flags & 0x0200:
        return start, start + count * size
    fields = (flags & 0x0F00).bit_count()
    numbers = _numbers(data, at, count * fields, "I", box.end)
    return start, start + sum(numbers[(flags & 0x0100) >> 8 :: fields])


def _of(table: Mapping[bytes, Box], kind: bytes) -> Box:
    if kind not in table:
        raise Strange
    return table[kind]


def _count(data: memoryview, at: int) -> int:
    return int(struct.unpack_from(">I", data, at)[0])


def _numbers(data: memoryview, at: int, count: int, kind: str, end: int) -> "array[int]":
    numbers = array(kind)
    if at + count * numbers.itemsize > end:
        raise Strange
    numbers.frombytes(data[at : at + count * numbers.itemsize])
    numbers.byteswap()
    return numbers
