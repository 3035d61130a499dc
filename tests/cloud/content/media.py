"""Media made on the spot: real files in every format we take, and hostile ones."""

import io
import struct
import tempfile
import zlib
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import cast

import av
import pypdfium2 as pdfium
from av.audio.stream import AudioStream
from av.video.stream import VideoStream
from PIL import Image, PngImagePlugin

from cloud.content.media_type import MediaType


def picture(size: tuple[int, int] = (160, 90), mode: str = "RGB") -> Image.Image:
    """A gradient with some structure, so that lossy coders have something to do."""
    across = Image.linear_gradient("L").resize(size)
    down = Image.linear_gradient("L").rotate(90).resize(size)
    return Image.merge("RGB", (across, down, Image.effect_noise(size, 60))).convert(mode)


@cache
def still(format_: str, size: tuple[int, int] = (160, 90), mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    picture(size, mode).save(out, format_)
    return out.getvalue()


def photo(*, orientation: int = 1, size: tuple[int, int] = (160, 90), format_: str = "JPEG") -> bytes:
    """As a phone makes it: turned by a tag, with camera and place in its EXIF."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Spycam Inc."
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)})
    out = io.BytesIO()
    picture(size).save(out, format_, exif=exif)
    return out.getvalue()


@cache
def animation(format_: str = "GIF", frames: int = 5, size: tuple[int, int] = (64, 36), frame_ms: int = 200) -> bytes:
    pictures = [Image.new("RGB", size, (number * 7 % 256, number // 37 % 256, 90)) for number in range(frames)]
    out = io.BytesIO()
    pictures[0].save(out, format_, save_all=True, append_images=pictures[1:], duration=frame_ms, loop=0)
    return out.getvalue()


@cache
def video(
    container: str = "mp4",
    codec: str = "libx264",
    *,
    frames: int = 60,
    size: tuple[int, int] = (160, 90),
    faststart: bool = False,
    sound: bool = False,
    dark_frames: int = 0,
) -> bytes:
    """`frames` at 30 a second; a key frame every 15. The first `dark_frames` are black."""
    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name) / f"film.{container}"
    with folder, av.open(str(path), "w", options={"movflags": "faststart"} if faststart else {}) as file:
        stream = cast(VideoStream, file.add_stream(codec, rate=30, options={"g": "15"}))
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.codec_context.thread_count = 1
        coder = "aac" if container == "mp4" else "libopus"
        tone = cast(AudioStream, file.add_stream(coder, rate=48_000)) if sound else None
        base = picture((size[0] * 2, size[1]))
        for number in range(frames):
            x = number * 2 % size[0]
            image = base.crop((x, 0, x + size[0], size[1])) if number >= dark_frames else Image.new("RGB", size)
            file.mux(stream.encode(av.VideoFrame.from_image(image)))  # type: ignore[no-untyped-call]
        file.mux(stream.encode())
        if tone is not None:
            for number in range(frames * 48_000 // 30 // 960):
                silence = av.AudioFrame(format="fltp" if container == "mp4" else "flt", layout="stereo", samples=960)
                for plane in silence.planes:
                    plane.update(bytes(plane.buffer_size))
                silence.sample_rate, silence.pts, silence.time_base = 48_000, number * 960, Fraction(1, 48_000)
                file.mux(tone.encode(silence))
            file.mux(tone.encode())
        file.close()
        return path.read_bytes()


@cache
def document(pages: int = 3, size: tuple[float, float] = (595, 842)) -> bytes:
    made = pdfium.PdfDocument.new()
    for _ in range(pages):
        made.new_page(*size)
    out = io.BytesIO()
    made.save(out)
    made.close()
    return out.getvalue()


def samples() -> dict[MediaType, bytes]:
    """One ordinary file of each allowed type."""
    return {
        MediaType.JPEG: still("JPEG"),
        MediaType.PNG: still("PNG"),
        MediaType.GIF: animation("GIF"),
        MediaType.WEBP: still("WEBP"),
        MediaType.MP4: video(),
        MediaType.WEBM: video("webm", "libvpx"),
        MediaType.PDF: document(),
    }


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header claims a huge picture."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", data) + png_chunk(b"IEND", b"")


def png_with_text_bomb(megabytes: int = 64) -> bytes:
    """A small PNG whose compressed comment unpacks to `megabytes`."""
    info = PngImagePlugin.PngInfo()
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG", pnginfo=info)
    whole = out.getvalue()
    bomb = png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(megabytes << 20), 9))
    return whole[:33] + bomb + whole[33:]


def mp4_box(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data) + 8) + kind + data


def phones_film(box: bytes, *, within: bytes = b"moov") -> bytes:
    """An MP4 with one box more at the end of its `moov`, of the first `trak` in there, or of the whole."""
    data = bytearray(video())
    if within == b"":
        return bytes(data) + box
    heads = [data.index(kind) - 4 for kind in (b"moov", within)]
    end = heads[-1] + int.from_bytes(data[heads[-1] : heads[-1] + 4], "big")
    for head in set(heads):
        data[head : head + 4] = (int.from_bytes(data[head : head + 4], "big") + len(box)).to_bytes(4, "big")
    return bytes(data[:end] + box + data[end:])


def mp4_claiming(seconds: int) -> bytes:
    """A two-second MP4 whose headers say it lasts `seconds`."""
    data = bytearray(video())
    for box, at_scale, at_duration in ((b"mvhd", 12, 16), (b"mdhd", 12, 16)):
        at = data.find(box) + 4
        scale = int.from_bytes(data[at + at_scale : at + at_scale + 4], "big")
        data[at + at_duration : at + at_duration + 4] = (scale * seconds).to_bytes(4, "big")
    return bytes(data)


def webm_claiming(seconds: int) -> bytes:
    """A two-second WebM whose header says it lasts `seconds` (Duration, RFC 9559, 5.1.2.10)."""
    data = bytearray(video("webm", "libvpx"))
    at = data.find(b"\x44\x89\x88") + 3
    data[at : at + 8] = struct.pack(">d", seconds * 1000.0)
    return bytes(data)


@cache
def plain(size: tuple[int, int]) -> bytes:
    """A PNG of one colour: small in the file, as large as you like in memory."""
    out = io.BytesIO()
    Image.new("RGB", size, (40, 90, 160)).save(out, "PNG", compress_level=1)
    return out.getvalue()


def pdf_with_page(width: float, height: float) -> bytes:
    return document(1, (612, 792)).replace(b"612", str(int(width)).encode()).replace(b"792", str(int(height)).encode())


def cut(data: bytes, percentages: Sequence[int]) -> list[tuple[int, bytes]]:
    return [(percent, data[: len(data) * percent // 100]) for percent in percentages]
