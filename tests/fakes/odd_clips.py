"""Marker clips as cameras, phones and editors make them, which is not always H.264 in yuv420p at 30 a second."""

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.video.stream import VideoStream

from tests.fakes.marker_clips import FPS, HEIGHT, WIDTH, marked_frame

TICK = Fraction(1, 600)


@dataclass(frozen=True, slots=True)
class Made:
    """How a clip is encoded."""

    codec: str
    suffix: str = ".mp4"
    pixels: str = "yuv420p"
    options: dict[str, str] = field(default_factory=dict)
    size: tuple[int, int] = (WIDTH, HEIGHT)


FAST = {"preset": "ultrafast"}
VP9 = {"deadline": "realtime", "cpu-used": "8"}
KINDS = {
    "h264 10 bit": Made("libx264", pixels="yuv420p10le", options=FAST),
    "h264 4:2:2": Made("libx264", pixels="yuv422p", options=FAST),
    "h264 4:4:4": Made("libx264", pixels="yuv444p", options=FAST),
    "h264 full range": Made("libx264", pixels="yuvj420p", options=FAST),
    "h264 odd size": Made("libx264", options=FAST, size=(WIDTH + 2, HEIGHT + 2)),
    "h264 interlaced": Made("libx264", options={**FAST, "flags": "+ildct+ilme", "x264-params": "tff=1"}),
    "hevc": Made("libx265", options={**FAST, "x265-params": "log-level=none"}),
    "hevc 10 bit": Made("libx265", pixels="yuv420p10le", options={**FAST, "x265-params": "log-level=none"}),
    "vp8": Made("libvpx", ".webm", options=VP9),
    "vp9 odd size": Made("libvpx-vp9", ".webm", options=VP9, size=(WIDTH + 1, HEIGHT + 1)),
    "vp9": Made("libvpx-vp9", ".webm", options=VP9),
    "av1": Made("libsvtav1", options={"preset": "12", "svtav1-params": "lp=1"}),
}


def odd_clip(path: Path, clip_id: int, kind: Made, times: Sequence[float]) -> Path:
    """One picture at each of `times`, in seconds: evenly or not."""
    path = path.with_suffix(kind.suffix)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(kind.codec, rate=FPS, options=dict(kind.options))
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = kind.size
        stream.pix_fmt = kind.pixels
        stream.codec_context.time_base = TICK
        for number, time in enumerate(times):
            width, height = kind.size
            even = marked_frame(clip_id, number, (width - width % 2, height - height % 2), None)
            frame = even.reformat(width=width, height=height, format=kind.pixels)
            frame.pts, frame.time_base = round(time / TICK), TICK
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def combed(path: Path, pictures: int) -> Path:
    """A bright bar that moves between the two halves of each picture, as a television camera sees it."""
    made = KINDS["h264 interlaced"]
    with av.open(str(path), "w") as container:
        stream = container.add_stream(made.codec, rate=FPS, options=dict(made.options))
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number in range(pictures):
            frame = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
            luma, *chroma = frame.planes
            halves = []
            for half in (0, 1):
                row = bytearray([30] * luma.line_size)
                left = 40 + 40 * number + 20 * half
                row[left : left + 100] = bytes([220]) * 100
                halves.append(bytes(row))
            luma.update(b"".join(halves) * (HEIGHT // 2))
            for plane in chroma:
                plane.update(bytes([128]) * (plane.line_size * HEIGHT // 2))
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def sounding(path: Path, pictures: Path, channels: str, codec: str, rate: int = 48_000) -> Path:
    """The clip `pictures` with a second of a tone in that channel layout (`mono`, `5.1`)."""
    with av.open(str(pictures)) as source, av.open(str(path), "w") as container:
        video = container.add_stream_from_template(source.streams.video[0])
        sound = container.add_stream(codec, rate=rate, layout=channels)
        assert isinstance(sound, AudioStream)
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = video
                container.mux(packet)
        count = av.AudioLayout(channels).nb_channels
        size = sound.codec_context.frame_size or 1024
        for number in range(rate // size):
            frame = av.AudioFrame(format="fltp", layout=channels, samples=size)
            frame.sample_rate, frame.pts, frame.time_base = rate, number * size, Fraction(1, rate)
            for channel in range(count):
                frame.planes[channel].update(_tone(number * size, size, rate))
            container.mux(sound.encode(frame))
        container.mux(sound.encode(None))
    return path


def _tone(first: int, count: int, rate: int) -> bytes:
    return array("f", (0.5 * math.sin((first + n) * 2 * math.pi * 1000 / rate) for n in range(count))).tobytes()
