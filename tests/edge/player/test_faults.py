"""A child that dies, hangs or lies, and files that are no media: each costs its item, never the screen."""

import os
import signal
import struct
import zlib
from collections.abc import Callable
from datetime import timedelta

import pytest

from edge.player.show import zone
from edge.player.show.setbacks import BACK_OFF, Setbacks
from edge.player.sources.video import DecodedVideo, Decoder
from edge.player.stage.scene import Scene
from tests.edge.player.rig import START, Library, Rig, playing
from tests.fakes.lying_decoder import LIES
from vizora.manifest.model import ContentType

LONG = 8
"""The four second clip."""
STILL = 3


def _video(rig: Rig) -> DecodedVideo:
    return next(source for source in rig.player.show.live_sources if isinstance(source, DecodedVideo))


def _video_pid(rig: Rig) -> int:
    pid = _video(rig).pid
    assert pid is not None
    return pid


@pytest.fixture
def filled(library: Library, clips: dict[int, bytes], stills: dict[int, bytes]) -> Library:
    """With the long clip, and a still after it."""
    long = library.add(LONG, ContentType.VIDEO, clips[LONG], 4000)
    still = library.add(STILL, ContentType.IMAGE, stills[STILL])
    library.publish(library.manifest((long, 4000), (still, 1000)))
    return library


def test_a_killed_decoder_leaves_its_picture_and_the_item_comes_back(filled: Library) -> None:
    with playing(Rig(filled)) as rig:
        rig.begin()
        list(rig.ticks(45))
        os.kill(_video_pid(rig), signal.SIGKILL)
        seen = [(rig.marker(), rig.is_black()) for _ in rig.ticks(90)]

    assert not any(black for _, black in seen)
    assert all(marker is not None and marker[0] == LONG for marker, _ in seen)
    assert seen[-1][0] == (LONG, (45 + 90) // 2)


@pytest.mark.parametrize(("back_off", "moves_again"), [(BACK_OFF, True), ((0.5, *BACK_OFF), False)])
def test_after_the_first_kill_the_picture_moves_again_within_100_ms(
    back_off: tuple[float, ...], moves_again: bool, filled: Library
) -> None:
    with playing(Rig(filled)) as rig:
        rig.player.show.setbacks = Setbacks(back_off)
        rig.begin()
        list(rig.ticks(45))
        killed = _video_pid(rig)
        os.kill(killed, signal.SIGKILL)
        os.waitid(os.P_PID, killed, os.WEXITED | os.WNOWAIT)
        list(rig.ticks(6))
        after = [(rig.marker(), rig.clock.now()) for _ in rig.ticks(12)]

    right = [marker == (LONG, round((at - START).total_seconds() * 60) // 2) for marker, at in after]
    assert all(right) is moves_again


def test_the_kill_test_catches_a_player_that_clears_while_it_waits(filled: Library) -> None:
    with playing(Rig(filled)) as rig:
        rig.begin()
        list(rig.ticks(45))
        os.kill(_video_pid(rig), signal.SIGKILL)
        seen = []
        for _ in rig.ticks(60):
            if rig.player.show.late:
                rig.stage.present(Scene("#000000", ()))
            seen.append(rig.is_black())

    assert any(seen)


def test_a_hung_decoder_keeps_its_picture_and_is_replaced(filled: Library) -> None:
    with playing(Rig(filled)) as rig:
        rig.begin()
        list(rig.ticks(15))
        hung = _video_pid(rig)
        os.kill(hung, signal.SIGSTOP)
        rig.hung.add(hung)
        seen = [(rig.marker(), rig.is_black()) for _ in rig.ticks(180)]

    assert not any(black for _, black in seen)
    assert all(marker is not None and marker[0] == LONG for marker, _ in seen)
    assert seen[-1][0] == (LONG, (15 + 180) // 2)


def test_a_decoder_that_hangs_before_its_first_picture_gives_way_to_the_next(
    library: Library, clips: dict[int, bytes], stills: dict[int, bytes]
) -> None:
    still = library.add(STILL, ContentType.IMAGE, stills[STILL])
    long = library.add(LONG, ContentType.VIDEO, clips[LONG], 4000)
    library.publish(library.manifest((still, 1000), (long, 4000)))

    hung: set[int] = set()

    def stopped() -> Decoder:
        decoder = Decoder()
        os.kill(decoder.process.pid, signal.SIGSTOP)
        hung.add(decoder.process.pid)
        return decoder

    with playing(Rig(library, start_decoder=stopped, hung=hung)) as rig:
        rig.begin()
        seen = [(rig.marker(), rig.is_black()) for _ in rig.ticks(60 * 8)]

    assert {marker for marker, _ in seen} == {(STILL, 0)}
    assert not any(black for _, black in seen)


@pytest.mark.parametrize("lie", LIES)
def test_a_lying_decoder_is_refused(
    lie: str, library: Library, clips: dict[int, bytes], stills: dict[int, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIZORA_TEST_LIE", lie)
    video = library.add(1, ContentType.VIDEO, clips[1], 2000)
    still = library.add(STILL, ContentType.IMAGE, stills[STILL])
    library.publish(library.manifest((still, 1000), (video, 2000)))
    with playing(Rig(library, start_decoder=lambda: Decoder("tests.fakes.lying_decoder"))) as rig:
        rig.begin()
        seen = {rig.marker() for _ in rig.ticks(60 * 5)}
        reasons = rig.player.show.unplayable(rig.clock.now())

    assert seen == {(STILL, 0)}
    assert "not to be trusted" in reasons[video]


def _huge_png() -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


BAD: dict[str, tuple[ContentType, Callable[[bytes], bytes], str]] = {
    "truncated video": (ContentType.VIDEO, lambda clip: clip[: len(clip) // 2], "damaged"),
    "empty video": (ContentType.VIDEO, lambda _: b"", "damaged"),
    "text as video": (ContentType.VIDEO, lambda _: b"this is no film\n" * 500, "damaged"),
    "random bytes as video": (ContentType.VIDEO, lambda _: bytes((i * 197 + i // 7) % 256 for i in range(9000)), ""),
    "empty image": (ContentType.IMAGE, lambda _: b"", "damaged"),
    "huge image": (ContentType.IMAGE, lambda _: _huge_png(), "megapixels"),
    "text as PDF": (ContentType.PDF, lambda _: b"hello", "Failed to load"),
}


@pytest.mark.parametrize("fault", BAD)
def test_a_file_that_is_no_media_is_put_aside_with_its_reason(
    fault: str, library: Library, clips: dict[int, bytes], stills: dict[int, bytes]
) -> None:
    kind, spoil, reason = BAD[fault]
    bad = library.add(7, kind, spoil(clips[1]), 2000)
    still = library.add(STILL, ContentType.IMAGE, stills[STILL])
    library.publish(library.manifest((bad, 2000), (still, 1000)))
    with playing(Rig(library)) as rig:
        rig.begin()
        list(rig.ticks(30))
        seen = {rig.marker() for _ in rig.ticks(60 * 7)}
        reasons = rig.player.show.unplayable(rig.clock.now())

    assert seen == {(STILL, 0)}
    assert reason in reasons[bad]


def test_a_repaired_file_is_tried_again(library: Library, clips: dict[int, bytes], stills: dict[int, bytes]) -> None:
    video = library.add(1, ContentType.VIDEO, clips[1], 2000)
    still = library.add(STILL, ContentType.IMAGE, stills[STILL])
    library.publish(library.manifest((video, 2000), (still, 1000)))
    library.file_of(video).write_bytes(bytes(len(clips[1])))
    with playing(Rig(library)) as rig:
        rig.begin()
        list(rig.ticks(60 * 7))
        put_aside = dict(rig.player.show.unplayable(rig.clock.now()))
        library.file_of(video).write_bytes(clips[1])
        rig.look()
        seen = [rig.marker() for _ in rig.ticks(60 * 3)]

    assert video in put_aside
    assert any(marker is not None and marker[0] == 1 for marker in seen)


@pytest.mark.parametrize("length_ms", [10_000, 3_600_000])
@pytest.mark.parametrize(("again", "shown"), [(zone.LATE_AGAIN, True), (timedelta(days=365), False)])
def test_a_machine_that_had_too_much_to_do_shows_what_was_only_late_when_it_has_less(
    length_ms: int,
    again: timedelta,
    shown: bool,
    library: Library,
    stills: dict[int, bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(zone, "LATE_AGAIN", again)
    still = library.add(STILL, ContentType.IMAGE, stills[STILL])
    library.publish(library.manifest((still, length_ms)))
    with playing(Rig(library)) as rig:
        rig.look()
        with monkeypatch.context() as busy:
            busy.setattr(rig.stills, "pump", lambda _: None)
            busy.setattr(rig, "wait", lambda: None)
            seconds(rig, range(95))
        left_out = rig.player.show.unplayable(rig.clock.now())
        seconds(rig, range(95, 220))

        assert left_out.keys() == {still}
        assert left_out[still].startswith("it had no picture ready after")
        assert (rig.marker() == (STILL, 0)) is shown


@pytest.mark.parametrize(("most_doubled", "shown"), [(zone.MOST_DOUBLED, True), (0, False)])
def test_a_machine_that_is_always_slow_gets_more_time_for_a_picture_each_time(
    most_doubled: int, shown: bool, library: Library, stills: dict[int, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Late at 10 s and left out until 70 s; what is opened then gets 20 s, and takes 15."""
    monkeypatch.setattr(zone, "MOST_DOUBLED", most_doubled)
    still = library.add(STILL, ContentType.IMAGE, stills[STILL])
    library.publish(library.manifest((still, 3_600_000)))
    with playing(Rig(library)) as rig:
        rig.look()
        with monkeypatch.context() as slow:
            slow.setattr(rig.stills, "pump", lambda _: None)
            slow.setattr(rig, "wait", lambda: None)
            seconds(rig, range(85))
        seconds(rig, range(85, 89))

        assert (rig.marker() == (STILL, 0)) is shown


def seconds(rig: Rig, which: range) -> None:
    """A tick in each of them."""
    for second in which:
        rig.leap(60 * second)
        list(rig.ticks(1))
