"""The choice between the libraries that play films, and libVLC under the whole player."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from edge.config import VideoBackend
from edge.player.source import SourceState
from edge.player.sources.backends import Backends
from edge.player.sources.video import DecodedVideo, Decoder
from edge.player.workers.mp4_times import picture_times
from tests.edge.player.rig import Library, Rig, playing
from tests.edge.player.sources.test_video import ABOUT, marker, until
from tests.edge.player.test_gapless import expected, fill
from vizora.manifest.model import ContentType

Bytes = dict[int, bytes]


def test_with_libvlc_every_item_comes_at_its_time_after_the_one_it_joins_in(
    library: Library, clips: Bytes, stills: Bytes
) -> None:
    fill(library, clips, stills)
    with playing(Rig(library, backend=VideoBackend.VLC)) as rig:
        rig.begin()
        joined = rig.marker()
        wrong = black = 0
        for _ in rig.ticks(60 * 8):
            black += rig.is_black()
            now = expected(rig.clock.now())
            joined = joined if joined is None or joined[0] == now[0] else None
            seen = rig.marker()
            wrong += joined is None and (seen is None or seen[0] != now[0] or abs(seen[1] - now[1]) > ABOUT["vlc"])

    assert (wrong, black) == (0, 0)


def test_a_killed_libvlc_is_replaced_and_nothing_is_black(library: Library, clips: Bytes) -> None:
    library.publish(library.manifest((library.add(8, ContentType.VIDEO, clips[8], 4000), 4000)))
    with playing(Rig(library, backend=VideoBackend.VLC)) as rig:
        rig.begin()
        list(rig.ticks(10))
        source = next(iter(rig.player.show.live_sources))
        assert isinstance(source, DecodedVideo)
        assert source.pid is not None
        os.kill(source.pid, signal.SIGKILL)
        os.waitid(os.P_PID, source.pid, os.WEXITED | os.WNOWAIT)
        seen = [(rig.marker(), rig.is_black()) for _ in rig.ticks(40)]

    assert not any(black for _, black in seen)
    assert len({marker for marker, _ in seen}) > 5


def failing() -> Decoder:
    """A child in which PyAV can't play anything."""
    return Decoder("tests.fakes.unable_decoder")


@pytest.mark.parametrize(("wanted", "plays"), [(VideoBackend.AUTO, True), (VideoBackend.PYAV, False)])
def test_what_pyav_cannot_show_libvlc_does(wanted: VideoBackend, plays: bool, tmp_path: Path, clips: Bytes) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(clips[2])
    backends = Backends(wanted, failing)
    source = backends.film()
    source.open(path, 0.0)
    until(lambda: source.ready() or source.state() is SourceState.FAILED)

    assert source.ready() is plays
    assert not plays or marker(source.at(0.0)) == (2, 0)
    source.close()
    backends.close()


def test_what_neither_can_show_is_told_in_the_first_ones_words(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"no film" * 99)
    backends = Backends()
    source = backends.film()
    source.open(path, 0.0)
    until(lambda: source.state() is SourceState.FAILED)

    assert source.reason == "the file is damaged or is no video"
    source.close()
    backends.close()


def test_the_stage_never_loads_libvlc() -> None:
    code = "import sys; from edge.player import __main__; print('vlc' in sys.modules, 'av' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=Path.cwd())

    assert answer.stdout.split() == [b"False", b"False"]


def test_the_times_of_a_film_are_read_from_its_tables(clips: Bytes) -> None:
    assert picture_times(clips[2]) == pytest.approx([n / 30 for n in range(30)])


def endless(clip: bytes) -> bytes:
    """Its table of steps says that one step holds for four billion pictures."""
    place = clip.index(b"stts") + 12
    return clip[:place] + b"\xff" * 4 + clip[place + 4 :]


SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda _: b"",
    "text": lambda _: b"x" * 500,
    "no table": lambda clip: clip.replace(b"stts", b"free"),
    "cut": lambda clip: clip[: clip.index(b"stts") + 9],
    "endless": endless,
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT.keys())
def test_a_film_without_tables_says_no_times(spoil: Callable[[bytes], bytes], clips: Bytes) -> None:
    assert picture_times(spoil(clips[2])) == ()
