"""Stills and animations, by Pillow: every pixel of every frame is decoded once."""

import io
from typing import BinaryIO

from PIL import GifImagePlugin, Image, ImageOps, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from cloud.content.file_faults import FaultCode
from cloud.content.media_type import MediaType
from cloud.content.probe.limits import Limits
from cloud.content.probe.report import Facts, Refused
from cloud.content.probe.thumbnail import encode, shrink

_FORMATS = {
    MediaType.JPEG: JpegImagePlugin.JpegImageFile.format,
    MediaType.PNG: PngImagePlugin.PngImageFile.format,
    MediaType.GIF: GifImagePlugin.GifImageFile.format,
    MediaType.WEBP: WebPImagePlugin.WebPImageFile.format,
}
_DEFAULT_FRAME_MS = 100
_ORIENTATION = 0x0112


def probe_image(file: BinaryIO, media_type: MediaType, limits: Limits) -> tuple[Facts, bytes]:
    """Raises Refused, or whatever Pillow raises for a damaged file."""
    Image.MAX_IMAGE_PIXELS = None  # ours is checked below, before anything is decoded
    with _open(file, media_type) as image:
        _check_size(image.size, limits)
        image.verify()
    with _open(file, media_type) as image:
        image.load()
        first = ImageOps.exif_transpose(image) if _is_turned(image) else image.copy()
        width, height = first.size
        thumbnail = encode(shrink(first, limits.thumbnail_side))
        del first
        duration_ms = _play_through(image, limits)
    return Facts(width, height, duration_ms=duration_ms), thumbnail


def warm_up(media_type: MediaType) -> None:
    """Takes a tiny turned picture the whole way: Pillow imports parts of itself only when a file calls for them."""
    turned = Image.Exif()
    turned[_ORIENTATION] = 6
    sample = io.BytesIO()
    Image.new("RGB", (8, 4)).save(sample, _FORMATS[media_type], exif=turned)
    probe_image(sample, media_type, Limits())


def _open(file: BinaryIO, media_type: MediaType) -> Image.Image:
    file.seek(0)
    return Image.open(file, formats=[_FORMATS[media_type]])


def _check_size(size: tuple[int, int], limits: Limits) -> None:
    width, height = size
    if width * height > limits.image_pixels or max(size) > limits.image_side:
        megapixels = limits.image_pixels // 1_000_000
        raise Refused(FaultCode.PICTURE_SIZE, width=width, height=height, megapixels=megapixels, side=limits.image_side)


def _is_turned(image: Image.Image) -> bool:
    return bool(image.getexif().get(_ORIENTATION, 1) != 1)


def _play_through(image: Image.Image, limits: Limits) -> int | None:
    """Decodes the other frames too and adds up how long they stay, in milliseconds; None for a still."""
    if not getattr(image, "is_animated", False):
        return None
    duration_ms, number = 0.0, 0
    while True:
        duration_ms += float(image.info.get("duration") or _DEFAULT_FRAME_MS)
        number += 1
        if number > limits.animation_frames:
            raise Refused(FaultCode.FRAMES, most=limits.animation_frames)
        try:
            image.seek(number)
        except EOFError:
            return round(duration_ms)
        image.load()
