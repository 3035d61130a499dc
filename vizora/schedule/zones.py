"""Time zones from the pinned `tzdata` package, never from the machine, so that screen and cloud agree to the second."""

import difflib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from importlib import resources
from typing import NamedTuple
from zoneinfo import ZoneInfo  # noqa: TID251

from vizora.errors import PublisherError
from vizora.schedule.instants import DAY, EPOCH, SECOND, micros

Zone = ZoneInfo

_BLOCK = 400 * DAY
_STEP = 5 * DAY
"""No zone changed its offset twice within six days since 1970, so looking every five days misses nothing."""
_FIRST = micros(datetime.min.replace(tzinfo=UTC)) + 2 * DAY
_LAST = micros(datetime.max.replace(tzinfo=UTC)) - 2 * DAY


class UnknownZone(PublisherError):
    code = "SCHEDULE_002"


class Span(NamedTuple):
    """A stretch [start, end) of instants in which the wall clock is `offset` ahead of UTC; all in microseconds."""

    start: int
    end: int
    offset: int


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Every IANA name the pinned data knows."""
    return frozenset(resources.files("tzdata").joinpath("zones").read_text("ascii").split())


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """The zone of an IANA name. Raises UnknownZone, with names that look alike."""
    if name not in zone_names():
        near = difflib.get_close_matches(name[:64], sorted(zone_names()), n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else "a name such as Europe/Berlin is allowed"
        raise UnknownZone(f"time zone {name[:64]!r} is not known; {hint}")
    with resources.files("tzdata.zoneinfo").joinpath(*name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def zone_or_utc(name: str) -> ZoneInfo:
    try:
        return zone(name)
    except UnknownZone:
        return zone("UTC")


def wall_clock(at: datetime, where: tzinfo) -> datetime:
    """An instant as the wall clock there shows it; as UTC on the calendar's last day, where that would be past it."""
    try:
        return at.astimezone(where)
    except OverflowError:
        return at


def offset_at(where: ZoneInfo, at: int) -> int:
    """How far the wall clock is ahead of UTC, in microseconds."""
    at = min(max(at, _FIRST), _LAST)
    offset = (EPOCH + timedelta(microseconds=at)).astimezone(where).utcoffset()
    assert offset is not None
    return offset // timedelta(microseconds=1)


@lru_cache(maxsize=4096)
def spans(where: ZoneInfo, start: int, end: int) -> tuple[Span, ...]:
    """The stretches of constant offset that make up [start, end), in order, without a gap."""
    found: list[Span] = []
    for block in range(start // _BLOCK, (end - 1) // _BLOCK + 1):
        for span in _block(where, block):
            low, high = max(span.start, start), min(span.end, end)
            if low >= high:
                continue
            if found and found[-1].offset == span.offset:
                low = found.pop().start
            found.append(Span(low, high, span.offset))
    return tuple(found)


@lru_cache(maxsize=4096)
def _block(where: ZoneInfo, number: int) -> tuple[Span, ...]:
    return tuple(_spans_of(where, number * _BLOCK, (number + 1) * _BLOCK))


def _spans_of(where: ZoneInfo, start: int, end: int) -> Iterator[Span]:
    began, offset = start, offset_at(where, start)
    for low in range(start, end, _STEP):
        high = min(low + _STEP, end)
        after = offset_at(where, high)
        if after != offset:
            change = _change_between(where, low, high)
            yield Span(began, change, offset)
            began, offset = change, after
    yield Span(began, end, offset)


def _change_between(where: ZoneInfo, low: int, high: int) -> int:
    before = offset_at(where, low)
    while high - low > SECOND:
        middle = (low + high) // 2 // SECOND * SECOND
        if offset_at(where, middle) == before:
            low = middle
        else:
            high = middle
    return high
