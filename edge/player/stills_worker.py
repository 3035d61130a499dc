"""The still worker: `python -m edge.player.stills_worker <parent> <socket>` makes pictures of the size they are shown.

One request a message on the socket, with the memory to fill as a passed descriptor; one answer a message.
Images (Pillow: EXIF orientation, ICC profiles to sRGB), PDF pages (PDFium) and text; letterboxed on the background.
"""

import json
import mmap
import os
import socket
import sys
import warnings
from pathlib import Path
from typing import Any

from edge.player.children import begin
from edge.player.fonts import font_for
from edge.player.geometry import Rect, place
from vizora.manifest.model import Fit

MEMORY = 2 << 30
MAX_PIXELS = 120_000_000
MESSAGE = 256 * 1024
TEXT_SHARE = 0.8
"""How much of the box a text may fill."""
SPACING = 0.35
"""Between lines, in sizes of the font."""


def main(arguments: list[str]) -> int:
    parent, descriptor = (int(a) for a in arguments)
    begin(parent, MEMORY)
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    channel = socket.socket(fileno=descriptor)
    while True:
        message, descriptors, _, _ = socket.recv_fds(channel, MESSAGE, 1)
        if not message:
            return 0
        job: dict[str, Any] = json.loads(message)
        answer = {"id": job["id"], **_answer(job, descriptors[0])}
        os.close(descriptors[0])
        channel.send(json.dumps(answer).encode())


def _answer(job: dict[str, Any], descriptor: int) -> dict[str, Any]:
    try:
        canvas, pages = draw(job)
    except Exception as error:  # noqa: BLE001  whatever a hostile file makes of a decoder costs this picture only
        return {"ok": False, "reason": _words(error), "pages": 1}
    with mmap.mmap(descriptor, job["width"] * job["height"] * 4) as memory:
        memory[:] = canvas
    return {"ok": True, "reason": "", "pages": pages}


def draw(job: dict[str, Any]) -> tuple[bytes, int]:
    """The picture as bytes (blue, green, red, 255) of the wanted size, and how many pages its file has."""
    from PIL import Image

    size = (job["width"], job["height"])
    canvas = Image.new("RGB", size, job["background"])
    box, pages = Rect(0, 0, *size), 1
    if job["kind"] == "text":
        _write(canvas, job["text"], box)
    else:
        if job["kind"] == "pdf":
            picture, pages = _page(job["path"], job["page"], box, Fit(job["fit"]))
        else:
            picture = _image(job["path"], box)
        placed = place(picture.width, picture.height, box, Fit(job["fit"]))
        seen, target = placed
        fitted = picture.resize(
            (target.width, target.height),
            Image.Resampling.LANCZOS,
            box=(seen.x, seen.y, seen.right, seen.bottom),
            reducing_gap=2.0,
        )
        canvas.paste(fitted, (target.x, target.y), fitted if fitted.mode == "RGBA" else None)
    return canvas.convert("RGBA").tobytes("raw", "BGRA"), pages


def _image(path: str, box: Rect) -> Any:
    from PIL import Image, ImageOps

    with Image.open(path) as image:
        if image.width * image.height > MAX_PIXELS:
            raise ValueError(
                f"{image.width}x{image.height} is {image.width * image.height // 1_000_000} megapixels; "
                f"at most {MAX_PIXELS // 1_000_000} are allowed"
            )
        if image.format == "JPEG":
            image.draft("RGB", _draft_size(image.width, image.height, box))
        profile = image.info.get("icc_profile")
        turned = ImageOps.exif_transpose(image)
        return _to_srgb(turned, profile)


def _draft_size(width: int, height: int, box: Rect) -> tuple[int, int]:
    """The least size the JPEG decoder may give: never smaller than what is shown, however it fits or is turned."""
    scale = min(1.0, max(box.width, box.height) / min(width, height))
    return (round(width * scale) + 1, round(height * scale) + 1)


def _to_srgb(image: Any, profile: bytes | None) -> Any:
    import io

    from PIL import ImageCms

    transparent = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    if transparent:
        return image.convert("RGBA")
    if profile and image.mode in ("RGB", "CMYK", "L"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            return image.convert("RGB")  # a broken profile costs its colours, not the picture
        return converted
    return image.convert("RGB")


def _page(path: str, page: int, box: Rect, fit: Fit) -> tuple[Any, int]:
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    try:
        pages = len(document)
        if not 0 <= page < pages:
            raise ValueError(f"the document has {pages} pages, page {page + 1} is not among them")
        sheet = document[page]
        width, height = sheet.get_size()
        wide, high = box.width / width, box.height / height
        scale = max(wide, high) if fit is not Fit.CONTAIN else min(wide, high)
        scale = min(scale, (MAX_PIXELS / (width * height)) ** 0.5)
        return sheet.render(scale=scale).to_pil().convert("RGB"), pages
    finally:
        document.close()


def _write(canvas: Any, text: str, box: Rect) -> None:
    """The text as large as fits, centred, in the colour that stands out."""
    from PIL import ImageDraw

    red, green, blue = canvas.getpixel((0, 0))
    dark = red * 0.299 + green * 0.587 + blue * 0.114 < 140
    pen = ImageDraw.Draw(canvas)
    face = font_for(text)
    size = max(8, round(box.height * 0.25))
    while size > 8:
        if (lines := _fits(pen, text, _font(face, size), box)) is not None:
            break
        size = max(8, int(size * 0.9))
    else:
        lines = _wrap(pen, text, _font(face, size), box.width * TEXT_SHARE)
    pen.multiline_text(
        (box.width / 2, box.height / 2),
        "\n".join(lines),
        font=_font(face, size),
        anchor="mm",
        align="center",
        spacing=size * SPACING,
        fill="white" if dark else "#14181f",
    )


def _fits(pen: Any, text: str, font: Any, box: Rect) -> list[str] | None:
    lines = _wrap(pen, text, font, box.width * TEXT_SHARE)
    left, top, right, bottom = pen.multiline_textbbox((0, 0), "\n".join(lines), font=font, spacing=font.size * SPACING)
    inside = right - left <= box.width * TEXT_SHARE and bottom - top <= box.height * TEXT_SHARE
    return lines if inside else None


def _wrap(pen: Any, text: str, font: Any, width: float) -> list[str]:
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}".strip()
            if line and pen.textlength(longer, font=font) > width:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return lines


def _font(face: Path, size: int) -> Any:
    from PIL import ImageFont

    return ImageFont.truetype(str(face), size)


def _words(error: Exception) -> str:
    from PIL import Image, UnidentifiedImageError

    if isinstance(error, UnidentifiedImageError):
        return "the file is damaged or is no image"
    if isinstance(error, Image.DecompressionBombError | Image.DecompressionBombWarning):
        return f"the image is larger than {MAX_PIXELS // 1_000_000} megapixels"
    if isinstance(error, MemoryError):
        return "it needs more memory than this screen gives one picture"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return (str(error) or type(error).__name__)[:300]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
