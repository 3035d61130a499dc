"""Streams by real servers on this machine: that they show, and what becomes of one that ends, stops or isn't there."""

import time
from array import array
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from edge.config import VideoBackend
from edge.player.sound.streams import LiveSound
from edge.player.source import PictureSource, SourceState
from edge.player.sources.backends import Backends
from edge.player.sources.live import StreamView
from edge.player.workers.stream_decoder import Pace
from edge.player.workers.vlc_stream import Watch
from tests.edge.player.rig import Library, Rig, playing
from tests.edge.player.sources.test_video import marker, until
from tests.fakes import marker_clips, streams
from tests.fakes.speakers import LOUD
from tests.free_port import free_port
from vizora.manifest.model import ContentType

CLIP = 8


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return marker_clips.clip(tmp_path_factory.mktemp("stream") / "8.mp4", CLIP, 4.0)


@pytest.fixture(scope="module")
def loud_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return marker_clips.beeping(tmp_path_factory.mktemp("loud") / "8.mp4", CLIP, 4.0, (0.5, 1.25, 2.5, 3.25))


@pytest.fixture
def backends() -> Iterator[Backends]:
    made = Backends(VideoBackend.AUTO)
    yield made
    made.close()


def seen(source: PictureSource, count: int) -> list[marker_clips.Marker | None]:
    """The next `count` pictures that come, and that no failure comes between."""
    found: list[marker_clips.Marker | None] = []

    def enough() -> bool:
        assert source.state() is not SourceState.FAILED, source.reason
        picture = source.at(0.0)
        if picture is not None:
            found.append(marker(picture))
        return len(found) >= count

    until(enough)
    return found


def is_heard(source: PictureSource) -> bool:
    """Whether something loud is to be heard; asking lets it take what came."""
    assert source.state() is not SourceState.FAILED, source.reason
    sound = source.sound
    assert isinstance(sound, LiveSound)
    return any(max(array("h", samples)) > LOUD for _, samples in sound.pieces)


KINDS: dict[str, Callable[[Path, Path, ExitStack], str]] = {
    "hls": lambda clip, folder, stack: stack.enter_context(streams.hls(clip, folder)),
    "udp": lambda clip, _, stack: stack.enter_context(streams.udp(clip))[0],
    "rtsp": lambda clip, _, stack: stack.enter_context(streams.rtsp(clip)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_stream_shows_and_is_heard(kind: str, loud_clip: Path, tmp_path: Path, backends: Backends) -> None:
    with ExitStack() as stack:
        url = KINDS[kind](loud_clip, tmp_path, stack)
        source = opened(backends, url)
        pictures = seen(source, 60)
        until(lambda: is_heard(source))
        source.close()

    numbers = [picture[1] for picture in pictures if picture is not None]
    assert {picture[0] for picture in pictures if picture is not None} == {CLIP}
    assert len(set(numbers)) > 20


def opened(backends: Backends, url: str) -> PictureSource:
    """Opened anew as a zone does it, while its server is starting."""
    sources = [backends.stream(url)]

    def there() -> bool:
        if sources[-1].state() is SourceState.FAILED:
            sources[-1].close()
            sources.append(backends.stream(url))
        return sources[-1].ready()

    until(there)
    return sources[-1]


@pytest.mark.parametrize("wanted", [VideoBackend.VLC, VideoBackend.PYAV])
def test_a_stream_that_ends_is_a_failure(wanted: VideoBackend, clip: Path, tmp_path: Path) -> None:
    backends = Backends(wanted)
    with streams.hls(clip, tmp_path) as url:
        source = backends.stream(url)
        until(lambda: source.state() is SourceState.FAILED)
        backends.close()

    assert source.reason == "the stream ended"


@pytest.mark.parametrize("wanted", [VideoBackend.VLC, VideoBackend.PYAV])
def test_a_stream_that_stops_is_a_failure(wanted: VideoBackend, clip: Path) -> None:
    backends = Backends(wanted)
    with streams.udp(clip) as (url, sender):
        source = backends.stream(url)
        seen(source, 5)
        sender.stop()
        until(lambda: source.state() is SourceState.FAILED)
        backends.close()

    assert "sent nothing for 5 s" in source.reason


@pytest.mark.parametrize("scheme", ["http", "rtsp"])
def test_a_stream_that_is_not_there_is_a_failure(scheme: str, backends: Backends) -> None:
    source = backends.stream(f"{scheme}://127.0.0.1:{free_port()}/none")
    until(lambda: source.state() is SourceState.FAILED)

    assert source.reason
    assert source.at(0.0) is None


@pytest.mark.parametrize("wanted", [VideoBackend.VLC, VideoBackend.PYAV])
def test_a_playlist_from_elsewhere_opens_no_file_of_this_device(
    wanted: VideoBackend, clip: Path, tmp_path: Path
) -> None:
    backends = Backends(wanted)
    with streams.hls(clip, tmp_path) as url:
        (tmp_path / "live.m3u8").write_text(
            f"#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfile://{clip}\n#EXT-X-ENDLIST\n"
        )
        source = backends.stream(url)
        until(lambda: source.state() is SourceState.FAILED or source.ready())
        ready = source.ready()
        source.close()
        backends.close()

    assert not ready


def test_the_newest_picture_comes_in_first(clip: Path, backends: Backends) -> None:
    """A stream that waited for its turn doesn't begin with what it showed when it was opened."""
    with streams.udp(clip) as (url, _):
        source = backends.stream(url)
        until(source.ready)
        first = marker(source.at(0.0))
        due = time.monotonic() + 2
        until(lambda: source.state() is SourceState.PLAYING and time.monotonic() > due)
        came_in = marker(source.at(0.0))
        source.close()

    assert first is not None
    assert came_in is not None
    assert (came_in[1] - first[1]) % 120 > 5


def test_all_who_look_at_a_stream_share_one(clip: Path, backends: Backends) -> None:
    with streams.udp(clip) as (url, _):
        first, second = backends.stream(url), backends.stream(url)
        one, other = seen(first, 3), seen(second, 3)
        pids = {source.pid for source in (first, second) if isinstance(source, StreamView)}
        first.close()
        further = seen(second, 3)
        second.close()
        gone = [source.ready() for source in (first, second)]
        again = backends.stream(url)
        until(again.ready)
        again.close()

    assert len(pids) == 1
    assert None not in one + other + further
    assert gone == [False, False]


def test_a_stream_that_breaks_is_held_then_the_next_item_comes_and_nothing_is_black(
    library: Library, clip: Path, tmp_path: Path, stills: dict[int, bytes]
) -> None:
    with ExitStack() as server:
        url = server.enter_context(streams.hls(clip, tmp_path))
        live = library.stream(7, url)
        library.publish(library.manifest((live, 60_000), (library.add(3, ContentType.IMAGE, stills[3]), 10_000)))
        with playing(Rig(library, backend=VideoBackend.AUTO)) as rig:
            rig.begin()
            first = rig.marker()
            server.close()
            source = next(iter(rig.player.show.live_sources))
            until(lambda: source.state() is SourceState.FAILED)
            seen = [(rig.marker(), rig.is_black()) for _ in rig.ticks(60 * 8)]
            reasons = rig.player.show.unplayable(rig.clock.now())

    shown = [picture[0] for picture, _ in seen if picture is not None]
    assert first is not None
    assert first[0] == CLIP
    assert not any(black for _, black in seen)
    assert shown == sorted(shown, reverse=True)
    assert (shown[0], shown[-1]) == (CLIP, 3)
    assert list(reasons) == [live]


def test_pictures_that_come_too_fast_wait_for_their_time() -> None:
    pace = Pace(0.0)
    due = [n / 10 + pace.shift(n / 10, 100.0) for n in range(4)]

    assert due == pytest.approx([100.0, 100.1, 100.2, 100.3])
    assert pace.shift(None, 100.0) == 100.0
    assert 50.0 + pace.shift(50.0, 100.4) == pytest.approx(100.4)


def test_a_stream_with_sound_is_held_back_anew_when_it_comes_late() -> None:
    pace = Pace(0.5)
    due = [time + pace.shift(time, now) for time, now in ((0.0, 100.0), (0.1, 100.55), (0.2, 100.8), (0.3, 101.1))]

    assert due == pytest.approx([100.5, 100.6, 100.7, 101.6])


def test_only_pictures_say_when_a_stream_is_held_back_anew() -> None:
    pace = Pace(0.5)
    pace.shift(0.0, 100.0)

    assert 0.1 + pace.shift(0.1, 103.0, leads=False) == pytest.approx(100.6)


def test_a_stream_shown_again_and_again_by_libvlc_has_stopped_all_the_same() -> None:
    watch = Watch(0.0)

    assert watch.fault(0, 0, 14.0) == ""
    assert watch.fault(0, 0, 15.1) == "the stream sent nothing for 15 s"
    assert watch.fault(10, 10, 15.2) == ""
    assert watch.fault(90, 10, 20.3) == "the stream sent nothing for 5 s"
