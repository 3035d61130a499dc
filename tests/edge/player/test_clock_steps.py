"""The clock is set, runs apart, goes through a DST night, and a week goes by: the right item, at once, never black."""

import hashlib
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from edge.player.show.pace import Pace
from tests.edge.player.rig import START, Library, Rig, playing, uid
from tests.fakes.marker_clips import FPS, Marker
from vizora.identifiers import ItemId, PlaylistId, ScheduleId
from vizora.manifest.model import ContentType, Item, Manifest, Playlist, Schedule, Weekly

VIDEO, IMAGE = ContentType.VIDEO, ContentType.IMAGE
Bytes = dict[int, bytes]
CYCLE = ((8, 4000), (3, 1000), (1, 2000))
"""(clip, milliseconds): a film, a still, a film."""
SECOND = timedelta(seconds=1)
STEPS = {
    "a second": SECOND,
    "a minute": timedelta(minutes=1),
    "an hour": timedelta(hours=1),
    "a day": timedelta(days=1),
    "a year": timedelta(days=365),
}


def expected(at: datetime) -> Marker:
    since = (at - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1) % 7_000_000
    for clip, length in CYCLE:
        if since < length * 1000:
            return clip, 0 if clip == 3 else (since + 1) * FPS // 1_000_000
        since -= length * 1000
    raise AssertionError


def fill(library: Library, clips: Bytes, stills: Bytes) -> Manifest:
    items = []
    for clip, length in CYCLE:
        kind = IMAGE if clip == 3 else VIDEO
        items.append((library.add(clip, kind, (clips | stills)[clip], length), length))
    manifest = library.manifest(*items)
    library.publish(manifest)
    return manifest


def at_the_films_beginning(rig: Rig) -> None:
    """Begins where film 8, of four seconds, has just begun."""
    while expected(rig.clock.now())[0] != 8:
        rig.virtual.set_by += SECOND
    rig.begin()


def test_a_clock_that_was_set_shows_the_right_item_at_once(library: Library, clips: Bytes, stills: Bytes) -> None:
    """One player through ten steps, each while another item is on; between two of them every picture is right."""
    fill(library, clips, stills)
    wrong = black = 0
    steps = [sign * step for step in STEPS.values() for sign in (1, -1)]
    with playing(Rig(library)) as rig:
        rig.begin()
        for n, step in enumerate(steps):
            for _ in rig.ticks(40 + 7 * n):
                wrong += rig.marker() != expected(rig.clock.now())
                black += rig.is_black()
            rig.virtual.set_by += step
            rig.player.tick()  # the step itself: the last picture is held while the right one is fetched
            black += rig.is_black()
            rig.settle()
            wrong += rig.marker() != expected(rig.clock.now())
        unplayable = rig.player.show.unplayable(rig.clock.now())

    assert (wrong, black, unplayable) == (0, 0, {})


class Deaf(Pace):
    """Follows no step."""

    def now(self, wall: datetime, mono: float) -> datetime:
        return START + timedelta(seconds=mono - 1000)


def test_a_player_that_follows_no_step_is_caught(library: Library, clips: Bytes, stills: Bytes) -> None:
    fill(library, clips, stills)
    with playing(Rig(library)) as rig:
        rig.player._pace = Deaf()
        at_the_films_beginning(rig)
        list(rig.ticks(10))
        rig.virtual.set_by += SECOND
        rig.settle()

        assert rig.marker() != expected(rig.clock.now())


def corrected(rig: Rig, off: float) -> list[int]:
    """The film's pictures before and after the clock was corrected by `off` seconds."""
    frames = []
    for tick in rig.ticks(150):
        marker = rig.marker()
        assert marker is not None
        frames.append(marker[1])
        if tick == 10:
            rig.virtual.set_by += timedelta(seconds=off)
    return frames


@pytest.mark.parametrize("off", [0.2, -0.2])
def test_a_small_correction_moves_no_picture(off: float, library: Library, clips: Bytes, stills: Bytes) -> None:
    """A film's pictures go on one by one."""
    fill(library, clips, stills)
    with playing(Rig(library)) as rig:
        at_the_films_beginning(rig)
        frames = corrected(rig, off)

    assert len(frames) > 100
    assert {b - a for a, b in itertools.pairwise(frames)} <= {0, 1}


def test_a_correction_by_a_jump_would_be_caught(
    library: Library, clips: Bytes, stills: Bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge.player.show.pace.STEP", timedelta(0))
    fill(library, clips, stills)
    with playing(Rig(library)) as rig:
        at_the_films_beginning(rig)
        frames = corrected(rig, 0.2)

    assert max(b - a for a, b in itertools.pairwise(frames)) > 1


def test_what_a_wrong_clock_put_aside_is_back_when_it_is_right(library: Library, clips: Bytes, stills: Bytes) -> None:
    fill(library, clips, stills)
    with playing(Rig(library)) as rig:
        rig.begin()
        content = rig.player.show.shown[0].answer.content_id
        rig.player.show.setbacks.sit_out(content, rig.clock.now() + timedelta(days=3650), "not ready")
        list(rig.ticks(5))
        put_aside = rig.player.show.unplayable(rig.clock.now())
        rig.virtual.set_by -= timedelta(days=365)
        rig.settle()

        assert content in put_aside
        assert rig.player.show.unplayable(rig.clock.now()) == {}


def test_a_step_completes_no_play(library: Library, stills: Bytes) -> None:
    items = [(library.add(n, IMAGE, stills[n]), 10_000) for n in (3, 4)]
    library.publish(library.manifest(*items))
    with playing(Rig(library)) as rig:
        rig.begin()
        list(rig.ticks(60))
        rig.virtual.set_by += timedelta(days=365)
        rig.settle()

    assert [play.completed for play in rig.plays] == [False, False]


NIGHTS = PlaylistId(uid(501))
SUMMER = datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)


def berlin(at: datetime) -> datetime:
    """What Berlin's wall clock shows in 2026, as if it were UTC: the last Sundays of March and October, 1:00 UTC."""
    return at + timedelta(hours=2 if SUMMER[0] <= at < SUMMER[1] else 1)


def by_night(library: Library, stills: Bytes, start: str, end: str) -> None:
    """Still 3 always, still 4 every night from `start` to `end` of Berlin's wall clock."""
    day = library.add(3, IMAGE, stills[3])
    night = library.add(4, IMAGE, stills[4])
    manifest = library.manifest((day, None))
    playlists = {**manifest.playlists, NIGHTS: Playlist(items=(Item(id=ItemId(uid(9)), content_id=night),))}
    schedule = Schedule(
        id=ScheduleId(uid(601)),
        time_zone="Europe/Berlin",
        recurrence=Weekly(days=(1, 2, 3, 4, 5, 6, 7), start_time=start, end_time=end),
        playlist_id=NIGHTS,
        priority=5,
    )
    schedules = (*manifest.schedules, schedule)
    library.publish(replace(manifest, playlists=playlists, schedules=schedules, time_zone="Europe/Berlin"))


def looks(rig: Rig, instants: list[datetime], right: Callable[[datetime], int]) -> tuple[int, int, str]:
    """Goes to each instant and plays three ticks; answers wrong and black ones, and what was seen."""
    wrong = black = 0
    seen = []
    for at in instants:
        rig.virtual.set_by += at - rig.clock.now()
        rig.settle()
        for _ in rig.ticks(3):
            seen.append(rig.marker())
            wrong += seen[-1] != (right(rig.clock.now()), 0)
            black += seen[-1] is None and rig.is_black()
    return wrong, black, hashlib.sha256(repr(seen).encode()).hexdigest()


@pytest.mark.parametrize("night", [datetime(2026, 3, 28, 22, tzinfo=UTC), datetime(2026, 10, 24, 22, tzinfo=UTC)])
def test_a_night_in_which_the_clocks_change(night: datetime, library: Library, stills: Bytes) -> None:
    """From 1:45 to 2:30 of the wall clock: a quarter of an hour in March, an hour and a quarter in October."""
    by_night(library, stills, "01:45", "02:30")

    def right(at: datetime) -> int:
        wall = berlin(at).strftime("%H:%M")
        return 4 if "01:45" <= wall < "02:30" else 3

    quarters = [night + timedelta(minutes=15 * n) - timedelta(milliseconds=25) for n in range(24)]
    with playing(Rig(library)) as rig:
        rig.begin()
        wrong, black, _ = looks(rig, quarters, right)

    assert (wrong, black) == (0, 0)
    assert sum(right(at + SECOND) == 4 for at in quarters) == (1 if night.month == 3 else 5)


def test_a_week_in_which_every_boundary_takes_effect_on_the_frame(tmp_path: Path, stills: Bytes) -> None:
    """Every hour of a week is crossed tick by tick; twice, with the same pictures."""
    week = datetime(2026, 11, 22, 23, tzinfo=UTC)
    hours = [week + timedelta(hours=n) - timedelta(milliseconds=25) for n in range(7 * 24)]

    def right(at: datetime) -> int:
        return 4 if not 7 <= berlin(at).hour < 22 else 3

    logs = []
    for run in range(2):
        library = Library(tmp_path / str(run))
        by_night(library, stills, "22:00", "07:00")
        with playing(Rig(library)) as rig:
            rig.begin()
            logs.append(looks(rig, hours, right))

    assert [(wrong, black) for wrong, black, _ in logs] == [(0, 0)] * 2
    assert logs[0][2] == logs[1][2]
