"""A whole player in virtual time: manifest file, evaluator, sequencer, real children, stage, read-back.

Only the clock is the test's. Before each tick the rig waits until the children have delivered what that instant
needs, so a busy machine makes the test slower, never different.
"""

import fcntl
import hashlib
import select
import termios
import time
import uuid
from array import array
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from edge.clock import Clock
from edge.config import VideoBackend
from edge.paths import DevicePaths
from edge.player.following import Follower
from edge.player.outlook import Outlook
from edge.player.player import Player
from edge.player.safe_mode import SafeMode
from edge.player.show.sequencer import Sequencer, Slot
from edge.player.sound.films import Pcm
from edge.player.sound.mixing import FRAME, RATE, Mixer, Sound
from edge.player.sources.backends import Backends
from edge.player.sources.choosing import DeviceSources
from edge.player.sources.stills import StillWorker
from edge.player.sources.video import Decoder
from edge.player.sources.web import WebWorker
from edge.player.stage.geometry import Rect
from edge.player.stage.stage import Stage
from tests.fakes import marker_clips
from vizora.identifiers import BootId, ContentId, DeviceId, ItemId, OrganizationId, PlaylistId, ScheduleId
from vizora.manifest import codec
from vizora.manifest.model import (
    Always,
    Asset,
    ContentType,
    Item,
    Manifest,
    Playlist,
    Recurrence,
    Schedule,
    Screen,
    TextStyle,
    Transition,
)
from vizora.plays import Play
from vizora.schedule.model import ClockTrust

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PLAYLIST = PlaylistId(str(uuid.UUID(int=500)))
DEADLINE = 60.0
Size = tuple[int, int]
FAKE_WEB = "tests.fakes.web_worker"
WINDOW: Size = (marker_clips.WIDTH, marker_clips.HEIGHT)


def uid(number: int) -> str:
    return str(uuid.UUID(int=number))


class VirtualClock:
    """Stands still until the test moves it. Ticks are exact sixtieths, rounded to the microsecond they fall in."""

    def __init__(self, start: datetime = START) -> None:
        self._start = start
        self._micros = 0
        self.set_by = timedelta(0)
        """By how much somebody set the wall clock; the monotonic one goes on as before."""

    def now(self) -> datetime:
        return self._start + timedelta(microseconds=self._micros) + self.set_by

    def monotonic(self) -> float:
        return 1000 + self._micros / 1e6

    def sleep(self, seconds: float) -> None:
        self._micros += round(seconds * 1e6)

    def to_tick(self, tick: int) -> None:
        self._micros = tick * 1_000_000 // 60


class Library:
    """Assets on a device, and manifests that play them."""

    def __init__(self, root: Path) -> None:
        self.paths = DevicePaths(root / "state", root / "run")
        self.paths.assets.mkdir(parents=True)
        self.paths.current_manifest.parent.mkdir(parents=True)
        self.paths.run.mkdir()
        self.assets: dict[ContentId, Asset] = {}

    def add(self, number: int, kind: ContentType, data: bytes, duration_ms: int | None = None) -> ContentId:
        sha256 = hashlib.sha256(data).hexdigest()
        self.paths.asset(sha256).write_bytes(data)
        content = ContentId(uid(number))
        self.assets[content] = Asset(
            type=kind, title=f"content {number}", sha256=sha256, size=len(data), duration_ms=duration_ms
        )
        return content

    def text(self, number: int, text: str, style: TextStyle | None = None) -> ContentId:
        content = ContentId(uid(number))
        self.assets[content] = Asset(type=ContentType.TEXT, title=f"content {number}", text=text, style=style)
        return content

    def page(self, number: int, url: str) -> ContentId:
        """A web page, shown by `tests.fakes.web_worker`, which says what addresses mean."""
        content = ContentId(uid(number))
        self.assets[content] = Asset(type=ContentType.WEBPAGE, title=f"content {number}", url=url)
        return content

    def stream(self, number: int, url: str) -> ContentId:
        content = ContentId(uid(number))
        self.assets[content] = Asset(type=ContentType.VIDEO, title=f"content {number}", url=url)
        return content

    def file_of(self, content: ContentId) -> Path:
        return self.paths.asset(self.assets[content].sha256 or "")

    def manifest(
        self,
        *items: tuple[ContentId, int | None],
        version: int = 1,
        transition: Transition | None = None,
        recurrence: Recurrence | None = None,
        fallback: PlaylistId | None = None,
    ) -> Manifest:
        """Plays (content, milliseconds) in a row; None is the content's natural length."""
        listed = tuple(
            Item(
                id=ItemId(uid(1000 + n)),
                content_id=content,
                duration_ms=duration,
                transition=transition or Transition(),
            )
            for n, (content, duration) in enumerate(items)
        )
        return Manifest(
            device_id=DeviceId(uid(1)),
            organization_id=OrganizationId(uid(2)),
            version=version,
            issued_at=START - timedelta(hours=1),
            time_zone="UTC",
            screen=Screen(width=WINDOW[0], height=WINDOW[1], background="#203040"),
            assets=self.assets,
            playlists={PLAYLIST: Playlist(name="all", items=listed)},
            schedules=(
                Schedule(
                    id=ScheduleId(uid(600)),
                    time_zone="UTC",
                    recurrence=recurrence or Always(),
                    playlist_id=PLAYLIST,
                ),
            ),
        )

    def publish(self, manifest: Manifest) -> None:
        new = self.paths.current_manifest.with_name("new")
        new.write_bytes(codec.encode(manifest))
        new.replace(self.paths.current_manifest)


class Rig:
    def __init__(
        self,
        library: Library,
        *,
        size: Size = WINDOW,
        start_decoder: Callable[[], Decoder] = Decoder,
        alter: Callable[[Sequencer], Sequencer] = lambda sequencer: sequencer,
        backend: VideoBackend = VideoBackend.PYAV,
        hung: set[int] | None = None,
        clock: Clock | None = None,
        mixer: Callable[[VirtualClock], Mixer] | None = None,
        safe_mode: SafeMode | None = None,
        opening: Callable[[Slot], None] = lambda _: None,
    ) -> None:
        self.library = library
        self.virtual = VirtualClock()
        self.clock: Clock = clock or self.virtual
        self.plays: list[Play] = []
        self._hears = mixer is not None
        self.stage = headless(f"{size[0]}x{size[1]}")
        self.stills = StillWorker()
        self.web = WebWorker({}, FAKE_WEB)
        self.videos = Backends(backend, start_decoder)
        self.player = Player(
            paths=library.paths,
            clock=self.clock,
            stage=self.stage,
            sources=DeviceSources(library.paths, videos=self.videos, stills=self.stills, web=self.web, opening=opening),
            boot_id=BootId(uid(9)),
            trust=lambda _: ClockTrust.TRUSTED,
            record=self.plays.extend,
            mixer=None if mixer is None else mixer(self.virtual),
        )
        self._follower = Follower(library.paths, self.clock.now, safe_mode=safe_mode)
        self._alter = alter
        self._altered: tuple[Sequencer, Sequencer] | None = None
        self._tick = 0
        self.hung: set[int] = set() if hung is None else hung
        """Children nobody need wait for."""

    def look(self) -> Outlook:
        """Lets the player see what lies in its folders now."""
        outlook = self._follower.look()
        if outlook.sequencer is not None:
            if self._altered is None or self._altered[0] is not outlook.sequencer:
                self._altered = (outlook.sequencer, self._alter(outlook.sequencer))
            outlook = replace(outlook, sequencer=self._altered[1])
        self.player.follow(outlook)
        return outlook

    def begin(self) -> None:
        """Up to the first own picture, without moving the clock."""
        self.look()
        for _ in range(4):
            self.player.tick()
            self.wait()
        self.player.tick()

    def ticks(self, count: int) -> Iterator[int]:
        """Moves the clock by sixtieths; the frame of each tick has been presented when it is yielded."""
        for _ in range(count):
            self._tick += 1
            self.virtual.to_tick(self._tick)
            self.wait()
            self.player.tick()
            yield self._tick

    def wait(self) -> None:
        """Blocks until the children have delivered what the player needs at this instant."""
        give_up = time.monotonic() + DEADLINE
        show = self.player.show
        while any(getattr(source, "pid", self.stills.pid) not in self.hung for source in show.owing(self.player.now())):
            assert time.monotonic() < give_up, "the children did not deliver"
            listening = [getattr(source, "announcing", None) for source in show.live_sources]
            listening += [self.stills.answering, self.web.answering]
            select.select([one for one in listening if one is not None], [], [], 0.01)
            self.stills.pump(self.clock.monotonic())
            self.web.pump(self.clock.monotonic())
        while self._hears and not all(_has_sound(one.sound) for one in show.heard()):
            assert time.monotonic() < give_up, "no sound came"
            select.select([], [], [], 0.002)

    def settle(self) -> None:
        """Gives the player what it asks for now, without moving the clock: what a step of the clock needs."""
        for _ in range(3):
            self.wait()
            self.player.tick()

    def leap(self, tick: int) -> None:
        """Sets the clock; `ticks` goes on from there."""
        self._tick = tick

    def marker(self) -> marker_clips.Marker | None:
        """Which picture of which clip is on the glass."""
        row = self.stage.read(Rect(0, 0, marker_clips.WIDTH, marker_clips.BLOCK))
        return marker_clips.read(lambda x, y: row.get_at((x, y))[1])

    def colour(self, x: int, y: int) -> tuple[int, int, int]:
        red, green, blue, _ = self.stage.read().get_at((x, y))
        return red, green, blue

    def levels(self, rows: Iterable[int], places: Iterable[int]) -> list[list[int]]:
        """How much green is at the `places` of each of the `rows`."""
        strips = [self.stage.read(Rect(0, y, self.stage.size[0], 1)) for y in rows]
        return [[strip.get_at((x, 0))[1] for x in places] for strip in strips]

    def is_black(self) -> bool:
        """Whether the whole screen is dark, by a grid of samples."""
        picture = self.stage.read()
        width, height = picture.get_size()
        brightest = max(max(picture.get_at((x, y))[:3]) for x in range(8, width, 97) for y in range(8, height, 41))
        return brightest < 20


def headless(window: str) -> Stage:
    return Stage(window, headless=True)


def _has_sound(sound: Sound) -> bool:
    """Whether enough waits for the next ticks, or nothing more comes. Streams come when they come."""
    if not isinstance(sound, Pcm) or sound.descriptor is None:
        return True
    waiting = array("i", [0])
    fcntl.ioctl(sound.descriptor, termios.FIONREAD, waiting)
    poll = select.poll()
    poll.register(sound.descriptor, 0)
    return waiting[0] > RATE * FRAME // 2 or bool(poll.poll(0))


@contextmanager
def playing(rig: Rig) -> Iterator[Rig]:
    try:
        yield rig
    finally:
        rig.player.close()
