"""The gate: every picture of every item at its instant, nothing black, no tick of gap, the same in every run."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from edge.player.show.sequencer import Coming, Programme, Sequencer
from tests.edge.player.rig import START, Library, Rig, playing
from tests.fakes.marker_clips import FPS, Marker
from vizora.identifiers import ContentId
from vizora.manifest.model import ContentType
from vizora.schedule.evaluate import what_is_on
from vizora.schedule.model import ClockTrust

ORDER = ((1, 2000), (2, 1000), (3, 1000), (4, 500), (5, 1000), (6, 1000))
"""(clip, milliseconds): video, video, still, still, video, still, and around."""
ROUNDING = 1
"""Microsecond: a tick at one thirtieth of a second falls on 33,333 µs."""
CYCLE_MS = sum(length for _, length in ORDER)
CONTENT: dict[int, ContentType] = {n: ContentType.VIDEO if n in (1, 2, 5) else ContentType.IMAGE for n, _ in ORDER}


def expected(at: datetime) -> Marker:
    """From the clock alone: which picture belongs on the glass."""
    since = (at - datetime.fromtimestamp(0, at.tzinfo)) // timedelta(microseconds=1) % (CYCLE_MS * 1000)
    for clip, length in ORDER:
        if since < length * 1000:
            return clip, (since + ROUNDING) * FPS // 1_000_000 if CONTENT[clip] is ContentType.VIDEO else 0
        since -= length * 1000
    raise AssertionError


def fill(library: Library, clips: dict[int, bytes], stills: dict[int, bytes]) -> None:
    items = []
    for clip, length in ORDER:
        data = (clips | stills)[clip]
        items.append((library.add(clip, CONTENT[clip], data, length), length))
    library.publish(library.manifest(*items))


@dataclass
class Log:
    wrong: int
    black: int
    digest: str


def watch(rig: Rig, ticks: int) -> Log:
    seen, wrong, black = [], 0, 0
    rig.begin()
    for _ in rig.ticks(ticks):
        marker = rig.marker()
        wrong += marker != expected(rig.clock.now())
        black += rig.is_black()
        seen.append(marker)
    return Log(wrong, black, hashlib.sha256(repr(seen).encode()).hexdigest())


def test_every_picture_is_right_in_two_runs(
    library: Library, clips: dict[int, bytes], stills: dict[int, bytes]
) -> None:
    fill(library, clips, stills)
    logs = []
    for _ in range(2):
        with playing(Rig(library)) as rig:
            logs.append(watch(rig, CYCLE_MS * 60 // 1000 + 30))

    assert [(log.wrong, log.black) for log in logs] == [(0, 0), (0, 0)]
    assert logs[0].digest == logs[1].digest


class Unprepared(Sequencer):
    def coming(self, *_: object, **__: object) -> tuple[Coming, ...]:
        return ()


def _unprepared(sequencer: Sequencer) -> Sequencer:
    return Unprepared(sequencer.plan, sequencer.manifest)


def _by_end_events(sequencer: Sequencer) -> Sequencer:
    """As players do that wait for "ended" and then start the next: everything slips."""

    def late(plan: object, at: datetime, **rest: object) -> object:
        return what_is_on(plan, at - timedelta(milliseconds=35), **rest)  # type: ignore[arg-type]

    return Sequencer(sequencer.plan, sequencer.manifest, late)  # type: ignore[arg-type]


@pytest.mark.parametrize("twin", [_unprepared, _by_end_events])
def test_the_gate_catches_a_player_that(
    twin: Callable[[Sequencer], Sequencer], library: Library, clips: dict[int, bytes], stills: dict[int, bytes]
) -> None:
    fill(library, clips, stills)
    with playing(Rig(library, alter=twin)) as rig:
        log = watch(rig, 150)

    assert log.wrong > 0


__all__ = ["START", "ClockTrust", "ContentId", "Programme"]
