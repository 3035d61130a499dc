"""Twenty players on one manifest, started one after the other: at every instant the same picture of the same item."""

import ctypes
from datetime import timedelta

from edge.player.following import Follower
from edge.player.show.sequencer import Slot
from edge.player.show.show import Show
from edge.player.source import TOLERANCE, PictureSource, SourceState
from edge.player.stage.geometry import Rect
from edge.player.stage.pictures import Planes
from tests.edge.player.rig import Library, VirtualClock, headless
from tests.fakes import marker_clips
from vizora.manifest.model import ContentType
from vizora.schedule.model import ClockTrust

PLAYERS = 20
LENGTHS = {1: 700, 2: 1100, 3: 400}


class Film:
    """A `PictureSource` made on the spot: thirty marked pictures a second, from where it was opened on."""

    reason = ""
    sound = None

    def __init__(self, clip: int, start: float) -> None:
        self._clip, self._start = clip, start
        self._given = -1
        self._memory = ctypes.create_string_buffer(0)

    def ready(self) -> bool:
        return True

    def at(self, t: float) -> Planes | None:
        number = int((max(t, self._start) + TOLERANCE) * marker_clips.FPS)
        if number == self._given:
            return None
        self._given = number
        return self._picture(number)

    def reached(self, t: float) -> bool:
        return True

    def due_in(self, _t: float) -> None:
        return None

    def moving(self) -> bool:
        return True

    def state(self) -> SourceState:
        return SourceState.PLAYING

    def close(self) -> None:
        pass

    def _picture(self, number: int) -> Planes:
        width, height = marker_clips.WIDTH, marker_clips.BLOCK
        row = b"".join(
            (b"\xeb" if bit else b"\x10") * marker_clips.BLOCK for bit in marker_clips.bits(self._clip, number)
        )
        self._memory = ctypes.create_string_buffer(row * height + b"\x80" * (width * height // 2))
        y = ctypes.addressof(self._memory)
        return Planes(width, height, y, y + width * height, y + width * height * 5 // 4, width, width // 2)


class Films:
    """`slip`: seconds by which its films are late, as those of a player that counts from its own start."""

    def __init__(self, slip: float = 0.0) -> None:
        self._slip = slip

    def open(self, slot: Slot, box: Rect, background: str, start: float) -> PictureSource:
        number = next(n for n in LENGTHS if slot.asset.title == f"content {n}")
        return Film(number, start + self._slip)


def pictures(library: Library, slipping: int | None = None) -> list[set[marker_clips.Marker | None]]:
    """What all players show at each tick. Player n starts at tick 3 n; the one that slips is late by half a second."""
    items = [(library.add(n, ContentType.VIDEO, bytes([n]) * 99, length), length) for n, length in LENGTHS.items()]
    library.publish(library.manifest(*items))
    clock, stage = VirtualClock(), headless(f"{marker_clips.WIDTH}x{marker_clips.BLOCK}")
    outlook = Follower(library.paths, clock.now).look()
    shows = [Show(stage, Films(0.5 if n == slipping else 0.0)) for n in range(PLAYERS)]
    for show in shows:
        show.follow(outlook.sequencer, {})
    seen = []
    for tick in range(1, 200):
        clock.to_tick(tick)
        at_this_tick = set()
        for show in shows[: tick // 3]:
            scene = show.step(clock.now(), clock.monotonic(), ClockTrust.TRUSTED)
            stage.present(scene)
            show.prepare(clock.now(), clock.monotonic())
            picture = stage.read()
            at_this_tick.add(marker_clips.read(lambda x, y: picture.get_at((x, y))[1]))  # noqa: B023
        seen.append(at_this_tick)
    for show in shows:
        show.close()
    stage.close()
    return seen[3:]


def test_twenty_players_show_the_same_picture_at_the_same_time(library: Library) -> None:
    seen = pictures(library)

    assert {len(at_once) for at_once in seen} == {1}
    assert {marker[0] for at_once in seen for marker in at_once if marker is not None} == set(LENGTHS)


def test_one_that_counts_from_its_own_start_is_caught(library: Library) -> None:
    assert max(len(at_once) for at_once in pictures(library, slipping=7)) == 2


assert timedelta(milliseconds=sum(LENGTHS.values())) < timedelta(seconds=199 / 60)
