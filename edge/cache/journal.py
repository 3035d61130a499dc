"""Reading the player's play journal: whole lines become plays, half ones are left, nonsense is set aside. Pure.

The player writes over zeros (ADR 59). Where a segment is still being written nothing behind the first of them counts: a
page may be read before the one in front of it. In one that was given up by a power cut they are where nothing arrived.
"""

import re
from dataclasses import dataclass

import msgspec

from vizora.plays import Play

MAX_LINE = 65_536
"""Bytes; whatever is longer without a line's end is no play."""
MAX_INTEGER = 2**53 - 1

_NAME = re.compile(r"(?P<boot>[0-9A-Za-z_-]{1,64})-(?P<segment>[0-9]{1,9})\.ndjson")
_decoder = msgspec.json.Decoder(Play)


@dataclass(frozen=True, slots=True)
class SegmentName:
    boot_id: str
    number: int


def segment_name(file_name: str) -> SegmentName | None:
    """`<bootId>-<segment>.ndjson`; None for any other file."""
    match = _NAME.fullmatch(file_name)
    return SegmentName(match["boot"], int(match["segment"])) if match else None


@dataclass(frozen=True, slots=True)
class Lines:
    plays: tuple[Play, ...]
    nonsense: tuple[bytes, ...]
    taken: int
    """How many bytes of the chunk are dealt with; the rest is a line that has not ended yet."""


def read_lines(chunk: bytes, *, is_over: bool = False) -> Lines:
    """What stands in `chunk`, which begins at a line's start. `is_over`: it ends the file, and nobody writes to it any
    more."""
    plays: list[Play] = []
    nonsense: list[bytes] = []
    end = len(chunk)
    if not is_over:
        chunk = chunk.partition(b"\0")[0]
        end = chunk.rfind(b"\n") + 1
    for line in chunk[:end].splitlines():
        line = line.strip(b"\0")
        play = _play(line)
        if play is not None:
            plays.append(play)
        elif line.strip():
            nonsense.append(line)
    if len(chunk) - end > MAX_LINE:
        nonsense.append(chunk[end:])
        end = len(chunk)
    return Lines(tuple(plays), tuple(nonsense), end)


def _play(line: bytes) -> Play | None:
    try:
        play = _decoder.decode(line)
    except ValueError:  # msgspec's errors, and bytes that are no text
        return None
    is_sane = 0 <= play.n <= MAX_INTEGER and 0 <= play.duration_ms <= MAX_INTEGER and play.started_at.tzinfo is not None
    return play if is_sane and len(line) <= MAX_LINE and 0 < len(play.boot_id) <= 64 else None
