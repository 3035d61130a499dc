"""Every kind of content gives way to every other one, by every transition: half way through, both are to be seen."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import pytest
from msgspec.structs import replace
from PIL import Image

from tests.edge.player.rig import WINDOW, Library, Rig, playing
from vizora.identifiers import ContentId
from vizora.manifest.model import ContentType, TextStyle, Transition, TransitionKind

WIDTH, HEIGHT = WINDOW
LENGTH, CHANGE = 400, 200
"""Milliseconds of an item, and of the transition that brings it in."""
TICKS = LENGTH * 60 // 1000
BACKGROUND = 0x30
ABOUT = 9
"""Levels by which colour conversion and JPEG may be off."""


def video(path: Path, level: int) -> bytes:
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.time_base = Fraction(1, 30)
        picture = av.VideoFrame.from_image(Image.new("RGB", WINDOW, (level,) * 3))  # type: ignore[no-untyped-call]
        for number in range(12):
            frame = picture.reformat(format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, 30)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path.read_bytes()


def animation(path: Path, level: int) -> bytes:
    one = Image.new("L", WINDOW, level)
    other = one.copy()
    other.paste(255 - level, (WIDTH // 2 - 20, HEIGHT // 2 - 20, WIDTH // 2 + 20, HEIGHT // 2 + 20))
    one.save(path, "GIF", save_all=True, append_images=[other], duration=100, loop=0)
    return path.read_bytes()


def animated_webp(path: Path, level: int) -> bytes:
    one = Image.new("L", WINDOW, level).convert("RGB")
    other = one.copy()
    other.paste((255 - level,) * 3, (WIDTH // 2 - 20, HEIGHT // 2 - 20, WIDTH // 2 + 20, HEIGHT // 2 + 20))
    one.save(path, "WEBP", save_all=True, append_images=[other], duration=100, loop=0, lossless=True)
    return path.read_bytes()


def image(path: Path, level: int) -> bytes:
    Image.new("RGB", WINDOW, (level, level, level)).save(path, "PNG")
    return path.read_bytes()


def pdf(path: Path, level: int) -> bytes:
    Image.new("RGB", WINDOW, (level, level, level)).save(path, "PDF")
    return path.read_bytes()


MAKERS: dict[str, tuple[ContentType, str, Callable[[Path, int], bytes] | None]] = {
    "video": (ContentType.VIDEO, "video/mp4", video),
    "image": (ContentType.IMAGE, "image/png", image),
    "pdf": (ContentType.PDF, "application/pdf", pdf),
    "animation": (ContentType.IMAGE, "image/gif", animation),
    "animated webp": (ContentType.IMAGE, "image/webp", animated_webp),
    "text": (ContentType.TEXT, "", None),
    "ticker": (ContentType.TEXT, "", None),
    "web page": (ContentType.WEBPAGE, "", None),
}
KINDS = {"text": "still", "ticker": "ticker"}
PAIRS = [(one, other) for one in MAKERS for other in MAKERS]


def every_pair() -> list[str]:
    """Kinds in a round in which each follows each, itself too."""
    order, left = [next(iter(MAKERS))], set(PAIRS)
    stack, circuit = list(order), []
    while stack:
        following = [other for one, other in sorted(left) if one == stack[-1]]
        if following:
            left.discard((stack[-1], following[0]))
            stack.append(following[0])
        else:
            circuit.append(stack.pop())
    return circuit[::-1][:-1]


def fill(library: Library, scratch: Path, kind: TransitionKind) -> list[int]:
    """Publishes the round; answers the level of grey of each of its items."""
    contents: dict[tuple[str, int], tuple[ContentId, int]] = {}
    for n, (name, (type_, media_type, make)) in enumerate(MAKERS.items()):
        for variant in (0, 1):
            level = BACKGROUND if type_ is ContentType.TEXT else 60 + 12 * (2 * n + variant)
            if make:
                content = library.add(10 * n + variant, type_, make(scratch / f"{name}{variant}", level))
                library.assets[content] = replace(library.assets[content], media_type=media_type)
            elif type_ is ContentType.WEBPAGE:
                content = library.page(10 * n + variant, f"http://page/{level}")
            else:
                content = library.text(10 * n + variant, f"text {variant}", TextStyle(kind=KINDS[name]))
            contents[name, variant] = content, level
    order = [contents[name, n % 2] for n, name in enumerate(every_pair())]
    transition = Transition(kind=kind, duration_ms=CHANGE)
    library.publish(library.manifest(*((content, LENGTH) for content, _ in order), transition=transition))
    return [level for _, level in order]


def half_way(rig: Rig) -> tuple[int, int]:
    y = HEIGHT - 16
    return rig.colour(WIDTH // 8, y)[1], rig.colour(WIDTH * 7 // 8, y)[1]


EXPECTED: dict[TransitionKind, Callable[[int, int], tuple[int, int]]] = {
    TransitionKind.SLIDE: lambda old, new: (old, new),
    TransitionKind.WIPE: lambda old, new: (new, old),
    TransitionKind.CROSSFADE: lambda old, new: ((old + new) // 2, (old + new) // 2),
    TransitionKind.CUT: lambda old, new: (new, new),
}
"""Levels at the left and at the right, half way from `old` to `new`."""


def misses(library: Library, scratch: Path, shown: TransitionKind, claimed: TransitionKind) -> tuple[int, int]:
    """How many changes did not look as `claimed` half way, and how many ticks were black."""
    levels = fill(library, scratch, shown)
    wrong = black = 0
    with playing(Rig(library)) as rig:
        start = rig.player.show
        rig.begin()
        assert start.answer is not None
        first = start.answer.zones[0].index
        offset = start.answer.zones[0].offset_ms * 60 // 1000
        for tick in rig.ticks(TICKS * (len(levels) + 1)):
            place = tick + offset
            black += rig.is_black()
            if place >= TICKS and place % TICKS == CHANGE * 60 // 2000:
                new = (first + place // TICKS) % len(levels)
                want = EXPECTED[claimed](levels[new - 1], levels[new])
                wrong += any(abs(a - b) > ABOUT for a, b in zip(half_way(rig), want, strict=True))
    return wrong, black


@pytest.mark.parametrize("kind", EXPECTED)
def test_every_kind_gives_way_to_every_other(kind: TransitionKind, library: Library, tmp_path: Path) -> None:
    assert misses(library, tmp_path, kind, kind) == (0, 0)


def test_a_player_that_only_cuts_is_caught(library: Library, tmp_path: Path) -> None:
    wrong, _ = misses(library, tmp_path, TransitionKind.CUT, TransitionKind.SLIDE)

    assert wrong > len(PAIRS) // 2


def test_the_round_holds_every_pair() -> None:
    order = every_pair()

    assert {(one, other) for one, other in zip(order, order[1:] + order[:1], strict=True)} == set(PAIRS)
