"""Films as cameras make them: with tracks that are neither picture nor sound, and things in corners."""

import hashlib
import io
import re
import tempfile
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer, OutputContainer
from av.packet import Packet

from tests.cloud.content import media

SECRET = b"GPS5 +52.5200 +13.4050 Spycam of Sam Smith"


@cache
def camera(container: str, *, frames: int = 60, **options: str) -> bytes:
    """A film with sound, and a third track with SECRET in each of its packets; all it has besides says so too."""
    coder = "libx264" if container == "mp4" else "libvpx"
    plain = av.open(io.BytesIO(media.video(container, coder, sound=True, frames=frames)), "r")
    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name) / f"film.{container}"
    with folder, plain, av.open(str(path), "w", options=options) as film:
        film.metadata.update(artist=SECRET.decode(), location="+52.5200+013.4050/")
        streams: dict[int, Any] = {one.index: film.add_stream_from_template(one) for one in plain.streams}
        for one in streams.values():
            one.metadata["title"] = one.metadata["handler_name"] = SECRET.decode()
        told = _telling_stream(film, plain)
        for number, packet in enumerate(one for one in plain.demux() if one.dts is not None):
            packet.stream = streams[packet.stream.index]
            film.mux(packet)
            if number % 4 == 0:
                film.mux(_telling(told, number * 10))
        film.close()
        return _as_data(path.read_bytes()) if container == "mp4" else path.read_bytes()


def _telling_stream(film: OutputContainer, plain: InputContainer) -> Any:
    """Captions in a WebM; in an MP4 more sound, at first."""
    if film.format.name == "mp4":
        return film.add_stream_from_template(plain.streams.audio[0])
    with av.open(io.BytesIO(b"WEBVTT\n\n00:00.000 --> 00:01.000\nx\n"), format="webvtt") as words:
        return film.add_stream_from_template(words.streams[0])


def _as_data(film: bytes) -> bytes:
    """Makes the third track of an MP4 what GoPro's is: its handler and its coder say that it holds data."""
    for mark, at, new in ((b"hdlr", 12, b"meta"), (b"stsd", 16, b"gpmd")):
        third = [found.start() for found in re.finditer(mark, film)][2] + at
        film = film[:third] + new + film[third + 4 :]
    return film


def _telling(stream: Any, at_ms: int) -> "Packet[Any]":
    packet: Packet[Any] = Packet(SECRET)
    packet.stream, packet.time_base = stream, Fraction(1, 1000)
    packet.pts, packet.dts, packet.duration = at_ms, at_ms, 40
    return packet


def seen_and_heard(film: bytes) -> list[str]:
    """Every packet of pictures and sound with its time, and what turns the pictures."""
    with av.open(io.BytesIO(film), "r") as opened:
        kept = [one for one in opened.streams if one.type in ("video", "audio")]
        streams = [f"{one.type} {one.time_base} {one.codec_context.name}" for one in kept]
        packets = [f"{one.stream.type} {one.pts} {hashlib.sha256(one).hexdigest()}" for one in opened.demux(kept)]
        opened.seek(0)
        turned = [f"{one.rotation} {_pixels(one)}" for one in opened.decode(video=0)]
    return streams + turned + packets


def tells_nothing_and_shows_all(cleaned: Callable[[bytes], bytes | None], film: bytes) -> None:
    """Asserts it of `camera`'s film when it was cleaned."""
    kept = cleaned(film)

    assert kept is not None
    assert len(kept) == len(film)
    assert [word for word in (b"Spycam", b"Sam", b"52.52") if word in kept] == []
    assert seen_and_heard(kept) == seen_and_heard(film)
    assert cleaned(kept) is None
    with av.open(io.BytesIO(kept)) as opened:
        assert [stream.type for stream in opened.streams] == ["video", "audio"]


def _pixels(frame: av.VideoFrame) -> str:
    return hashlib.sha256(frame.reformat(format="rgb24").planes[0]).hexdigest()
