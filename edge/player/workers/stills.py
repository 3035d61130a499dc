"""The still worker: `python -m edge.player.workers.stills <parent> <socket>` makes pictures in the size they have.

One request a message on the socket, with the memory to fill as a passed descriptor; one answer a message.
All fill the box they are for, but the strip of a ticker: it has the size its text needs.
Images (Pillow: EXIF orientation, ICC profiles to sRGB), PDF pages (PDFium) and text; letterboxed on the background.
"""

import json
import mmap
import os
import socket
import sys
import warnings
from typing import Any

from edge.player.stage.geometry import Rect, place
from edge.player.workers import lettering
from edge.player.workers.children import begin
from vizora.manifest.model import Fit

MEMORY = 2 << 30
MAX_PIXELS = 120_000_000
MESSAGE = 256 * 1024


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
        if job["kind"] == "ticker":
            strip = lettering.strip(job["text"], job["height"], _look(job))
            canvas, pages, (width, height) = _bytes(strip), 1, strip.size
        else:
            (canvas, pages), width, height = draw(job), job["width"], job["height"]
    except Exception as error:  # noqa: BLE001  whatever a hostile file makes of a decoder costs this picture only
        return {"ok": False, "reason": _words(error), "pages": 1}
    with mmap.mmap(descriptor, len(canvas)) as memory:
        memory[:] = canvas
    return {"ok": True, "reason": "", "pages": pages, "width": width, "height": height}


def draw(job: dict[str, Any]) -> tuple[bytes, int]:
    """The picture as bytes (blue, green, red, 255) of the wanted size, and how many pages its file has."""
    from PIL import Image

    size = (job["width"], job["height"])
    box, pages = Rect(0, 0, *size), 1
    if job["kind"] == "text":
        return _bytes(lettering.still(job["text"], size, _look(job))), 1
    if job["kind"] == "clock":
        return _bytes(lettering.clock(job["text"], size, _look(job))), 1
    if job["kind"] == "pdf":
        picture, pages = _page(job["path"], job["page"], box, Fit(job["fit"]))
    else:
        picture = _image(job["path"], box)
    canvas = Image.new("RGB", size, job["background"])
    seen, target = place(picture.width, picture.height, box, Fit(job["fit"]))
    fitted = picture.resize(
        (target.width, target.height),
        Image.Resampling.LANCZOS,
        box=(seen.x, seen.y, seen.right, seen.bottom),
        reducing_gap=2.0,
    )
    canvas.paste(fitted, (target.x, target.y), fitted if fitted.mode == "RGBA" else None)
    return _bytes(canvas), pages


def _look(job: dict[str, Any]) -> lettering.Look:
    return lettering.Look(job["background"], job.get("colour", ""), job.get("size"))


def _bytes(canvas: Any) -> bytes:
    raw: bytes = canvas.convert("RGBA").tobytes("raw", "BGRA")
    return raw


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
