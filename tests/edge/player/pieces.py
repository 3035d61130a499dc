"""Content of every kind that says of each of its pictures which one it is, and what of it belongs where on the glass.

A row of blocks at the top (tests.fakes.marker_clips) and a level of grey below name content and picture. A text can't
carry blocks: it is compared with itself, drawn once by the still worker's own code. To let another kind take part in
the gate, add its row to `KINDS`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from msgspec.structs import replace
from PIL import Image

from edge.player.workers.stills import draw
from tests.edge.player.rig import WINDOW, Library, uid
from tests.fakes import marker_clips
from vizora.identifiers import ContentId
from vizora.manifest.model import Asset, ContentType

WIDTH, HEIGHT = WINDOW
BLOCK = marker_clips.BLOCK
ROWS = (BLOCK // 2, HEIGHT // 2)
"""The rows of pixels that are looked at: through the blocks, and through the middle."""
ANIMATION_MS, ANIMATION_PICTURES = 100, 4
PAGES = 2
BACKGROUND = "#203040"

Level = Callable[[int, int, int], int | None]
"""(picture, x, row) -> 0..255; None where it may be anything, as at the edge of a block."""


@dataclass(frozen=True)
class Piece:
    """One content, as the gate knows it."""

    content: ContentId
    level: Level
    picture_at: Callable[[float, float], int]
    """(seconds into the item, seconds of the item) -> number of the picture."""


def _marked(clip: int, grey: int | None) -> Level:
    def level(picture: int, x: int, row: int) -> int | None:
        if not 3 <= x % BLOCK < BLOCK - 3:
            return None
        return marker_clips.bits(clip, picture)[x // BLOCK] * 255 if row == 0 else grey

    return level


def _written(text: str) -> Level:
    pixels = Image.frombytes("RGBA", WINDOW, _drawn(text), "raw", "BGRA").convert("RGB")

    def level(_: int, x: int, row: int) -> int | None:
        y = ROWS[row]
        around = [pixels.getpixel((min(WIDTH - 1, max(0, x + d)), y)) for d in (-3, 0, 3)]
        greens = [colour[1] for colour in around if isinstance(colour, tuple)]
        return greens[1] if max(greens) - min(greens) < 6 else None

    return level


@cache
def _drawn(text: str) -> bytes:
    job = {"kind": "text", "path": "", "page": 0, "width": WIDTH, "height": HEIGHT, "fit": "contain",
           "background": BACKGROUND, "text": text}  # fmt: skip
    return bytes(draw(job)[0])


def _sheet(clip: int, picture: int, grey: int) -> Image.Image:
    sheet = Image.new("L", WINDOW, grey)
    for n, bit in enumerate(marker_clips.bits(clip, picture)):
        sheet.paste(bit * 255, (n * BLOCK, 0, (n + 1) * BLOCK, BLOCK))
    return sheet


def _image(path: Path, clip: int, grey: int) -> tuple[str, bytes]:
    _sheet(clip, 0, grey).save(path, "PNG")
    return "image/png", path.read_bytes()


def _pdf(path: Path, clip: int, grey: int) -> tuple[str, bytes]:
    pages = [_sheet(clip, n, grey) for n in range(PAGES)]
    pages[0].save(path, "PDF", save_all=True, append_images=pages[1:])
    return "application/pdf", path.read_bytes()


def _animation(path: Path, clip: int, grey: int) -> tuple[str, bytes]:
    """GIF and WebP in turn: two decoders."""
    kind = "GIF" if clip % 2 else "WEBP"
    pictures = [_sheet(clip, n, grey).convert("RGB" if kind == "WEBP" else "L") for n in range(ANIMATION_PICTURES)]
    options = {"lossless": True} if kind == "WEBP" else {}
    pictures[0].save(path, kind, save_all=True, append_images=pictures[1:], duration=ANIMATION_MS, loop=0, **options)
    return f"image/{kind.lower()}", path.read_bytes()


def _video(path: Path, clip: int, grey: int) -> tuple[str, bytes]:
    marker_clips.clip(path, clip, 1.0, grey=grey)
    return "video/mp4", path.read_bytes()


@dataclass(frozen=True)
class Kind:
    type: ContentType
    make: Callable[[Path, int, int], tuple[str, bytes]] | None
    """(path, clip id, grey) -> media type and bytes; None: the content has no file."""
    picture_at: Callable[[float, float], int] = lambda _t, _length: 0
    pages: int | None = None
    place: Callable[[Library, int], ContentId] | None = None
    """(library, clip id): puts content without a file there that shows the blocks of picture 0, as a web page."""


def _on(pictures: float) -> Callable[[float, float], int]:
    """So many a second."""
    return lambda t, _: int((t + 1e-4) * pictures)


KINDS: dict[str, Kind] = {
    "image": Kind(ContentType.IMAGE, _image),
    "video": Kind(ContentType.VIDEO, _video, _on(marker_clips.FPS)),
    "pdf": Kind(ContentType.PDF, _pdf, lambda t, length: min(PAGES - 1, int((t + 1e-4) * PAGES / length)), PAGES),
    "text": Kind(ContentType.TEXT, None),
    "animation": Kind(
        ContentType.IMAGE, _animation, lambda t, _: int((t + 1e-4) * 1000 / ANIMATION_MS) % ANIMATION_PICTURES
    ),
    "web page": Kind(
        ContentType.WEBPAGE, None, place=lambda library, clip: library.page(clip, f"http://page/clip/{clip}")
    ),
}


@dataclass(frozen=True)
class Media:
    """The files of every kind in two variants, made once."""

    files: dict[tuple[str, int], tuple[str, bytes]]

    @classmethod
    def made(cls, folder: Path) -> "Media":
        return cls(
            {
                (name, variant): kind.make(folder / f"{name}{variant}", number, _grey(number))
                for number, name, variant, kind in _numbered()
                if kind.make is not None
            }
        )

    def into(self, library: Library) -> dict[tuple[str, int], Piece]:
        """Puts them on a device."""
        pieces = {}
        for number, name, variant, kind in _numbered():
            if (name, variant) in self.files:
                media_type, data = self.files[name, variant]
                content = library.add(number, kind.type, data)
                library.assets[content] = replace(library.assets[content], media_type=media_type, pages=kind.pages)
                level = _marked(number, _grey(number))
            elif kind.place is not None:
                content, level = kind.place(library, number), _marked(number, None)
            else:
                content, text = ContentId(uid(number)), "ABCDEF"[variant] * 9
                library.assets[content] = Asset(type=kind.type, text=text)
                level = _written(text)
            pieces[name, variant] = Piece(content, level, kind.picture_at)
        return pieces


def _numbered() -> Iterator[tuple[int, str, int, Kind]]:
    return (
        (10 + 2 * n + variant, name, variant, kind)
        for n, (name, kind) in enumerate(KINDS.items())
        for variant in (0, 1)
    )


def _grey(number: int) -> int:
    return 60 + 8 * (number - 10)


def every_pair() -> list[str]:
    """Kinds in a round in which each follows each, itself too."""
    order, left = [next(iter(KINDS))], {(one, other) for one in KINDS for other in KINDS}
    stack, circuit = list(order), []
    while stack:
        following = [other for one, other in sorted(left) if one == stack[-1]]
        if following:
            left.discard((stack[-1], following[0]))
            stack.append(following[0])
        else:
            circuit.append(stack.pop())
    return circuit[::-1][:-1]
