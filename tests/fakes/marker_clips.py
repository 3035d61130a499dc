"""Clips and stills that say of every picture which one it is.

A row of 24 blocks at the top left: sync 1 0, eight bits of clip id, twelve of frame number, parity, sync 1.
A torn or foreign picture reads as None. Made with the encoder in PyAV's wheel; no program is needed.
"""

import math
import struct
from array import array
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
from PIL import Image

BLOCK = 32
WIDTH, HEIGHT = 24 * BLOCK, 432
FPS = 30
SOUND_RATE, TONE = 44_100, 1000
Marker = tuple[int, int]
"""(clip id, frame number)."""


def bits(clip: int, frame: int) -> list[int]:
    payload = [(clip >> i) & 1 for i in range(8)] + [(frame >> i) & 1 for i in range(12)]
    return [1, 0, *payload, sum(payload) & 1, 1]


def read(brightness: Callable[[int, int], int]) -> Marker | None:
    """What the picture says; `brightness(x, y)` is 0..255 at a place. None when it is torn, black or foreign."""
    seen = [int(brightness(BLOCK * i + BLOCK // 2, BLOCK // 2) > 128) for i in range(24)]
    if seen[:2] != [1, 0] or seen[23] != 1 or sum(seen[2:22]) & 1 != seen[22]:
        return None
    return sum(seen[2 + i] << i for i in range(8)), sum(seen[10 + i] << i for i in range(12))


def clip(
    path: Path,
    clip_id: int,
    seconds: float,
    *,
    size: tuple[int, int] = (WIDTH, HEIGHT),
    fps: int = FPS,
    grey: int | None = None,
) -> Path:
    """An H.264 MP4 with B-frames, as cameras and editors make them; at least as wide as the marker.

    `grey`: that level from black to white, as it is to be seen below the blocks; otherwise a colour of the clip's own.
    """
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=fps)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.time_base = Fraction(1, fps)
        stream.options = {"preset": "ultrafast", "bf": "2", "g": "15", "crf": "28"}
        for number in range(round(seconds * fps)):
            frame = marked_frame(clip_id, number, size, grey)
            frame.pts, frame.time_base = number, Fraction(1, fps)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


SEAMLESS = 64 / FPS, 48_000
"""Seconds and samples a second of a clip whose pictures and packets of sound end at once: over and over it is one
stream without a seam."""


def beeping(path: Path, clip_id: int, seconds: float, beeps: tuple[float, ...], sound_rate: int = SOUND_RATE) -> Path:
    """The same with sound: silence, and a tone of a tenth of a second at each of those seconds. Mono, AAC."""
    silent = clip(path.with_suffix(".silent.mp4"), clip_id, seconds)
    samples = array("h", bytes(2 * round(seconds * sound_rate)))
    for beep in beeps:
        first = round(beep * sound_rate)
        for n in range(sound_rate // 10):
            samples[first + n] = round(20_000 * math.sin(n * 2 * math.pi * TONE / sound_rate))
    with av.open(str(silent)) as source, av.open(str(path), "w") as container:
        pictures = container.add_stream_from_template(source.streams.video[0])
        sound = container.add_stream("aac", rate=sound_rate, layout="mono")
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = pictures
                container.mux(packet)
        resampler = av.AudioResampler(format="fltp", layout="mono", rate=sound_rate, frame_size=1024)
        frame = av.AudioFrame(format="s16", layout="mono", samples=len(samples))
        frame.sample_rate = sound_rate
        frame.pts, frame.time_base = 0, Fraction(1, sound_rate)
        frame.planes[0].update(samples.tobytes())
        for part in (*resampler.resample(frame), *resampler.resample(None)):
            container.mux(sound.encode(part))
        container.mux(sound.encode(None))
    return path


def turned(clip: bytes) -> bytes:
    """The same clip as a phone held upright notes it: to be shown a quarter turn clockwise (ISO/IEC 14496-12, tkhd)."""
    matrix = struct.pack(">9i", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
    quarter = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, HEIGHT << 16, 0, 1 << 30)
    track = clip.index(b"tkhd")
    place = clip.index(matrix, track)
    return clip[:place] + quarter + clip[place + len(quarter) :]


def still(path: Path, clip_id: int, frame: int = 0, *, size: tuple[int, int] = (WIDTH, HEIGHT)) -> Path:
    _sheet(clip_id, frame, size).save(path)
    return path


def page(path: Path, clip_id: int, *, size: tuple[int, int] = (WIDTH, HEIGHT)) -> Path:
    """The same as a PDF of one page."""
    _sheet(clip_id, 0, size).save(path, "PDF")
    return path


def _sheet(clip_id: int, frame: int, size: tuple[int, int]) -> Image.Image:
    image = Image.new("RGB", size, (70, 90, 40 + clip_id * 5))
    for i, bit in enumerate(bits(clip_id, frame)):
        image.paste((255, 255, 255) if bit else (0, 0, 0), (i * BLOCK, 0, (i + 1) * BLOCK, BLOCK))
    return image


def marked_frame(clip_id: int, number: int, size: tuple[int, int], grey: int | None) -> av.VideoFrame:
    width, height = size
    frame = av.VideoFrame(width, height, "yuv420p")
    luma, chroma = 90 + clip_id * 7 % 100, 110 + clip_id * 3 % 40
    if grey is not None:
        luma, chroma = round(16 + grey * 219 / 255), 128  # the narrow range of ITU-R BT.601 and BT.709
    row = b"".join((b"\xeb" if bit else b"\x10") * BLOCK for bit in bits(clip_id, number))
    marked = row + bytes([luma]) * (width - WIDTH)
    y, u, v = frame.planes
    y.update(_padded(marked, y.line_size) * BLOCK + _padded(bytes([luma]) * width, y.line_size) * (height - BLOCK))
    for plane in (u, v):
        plane.update(_padded(bytes([chroma]) * (width // 2), plane.line_size) * (height // 2))
    return frame


def _padded(row: bytes, line: int) -> bytes:
    return row + bytes(line - len(row))
