"""The small picture people see in lists: WebP, fitting a square, never enlarged, transparency kept."""

import io

from PIL import Image, WebPImagePlugin

Image.preinit()  # loads plugins now: later the process can open no file

_FORMAT = WebPImagePlugin.WebPImageFile.format
_QUALITY = 80
_RESAMPLE = Image.Resampling.LANCZOS


def shrink(image: Image.Image, side: int) -> Image.Image:
    """`image` at most `side` pixels wide and high, as RGB or RGBA. May change `image`."""
    if image.mode in ("I;16", "I;16B", "I", "F"):
        image = _to_eight_bits(image)
    elif image.mode not in ("RGB", "RGBA", "L", "CMYK", "YCbCr"):
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail((side, side), _RESAMPLE, reducing_gap=2.0)
    return image if image.mode in ("RGB", "RGBA") else image.convert("RGB")


def encode(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, _FORMAT, quality=_QUALITY, method=4)
    return out.getvalue()


def _to_eight_bits(image: Image.Image) -> Image.Image:
    """Sixteen-bit greys to eight, the way they look."""
    wide = image.convert("I") if image.mode != "F" else image.convert("L").convert("I")
    return wide.point(lambda value: value / 256).convert("L") if image.mode != "F" else wide.convert("L")
