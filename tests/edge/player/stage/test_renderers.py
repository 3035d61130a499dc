"""SDL's own renderer, which draws where there is no graphics processor, and OpenGL: the same scenes look the same."""

import ctypes
import itertools
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pygame
import pytest

from edge.player.stage.geometry import Rect, bars, place
from edge.player.stage.pictures import Pixels, Planes, Strip
from edge.player.stage.scene import Layer, Scene, Texture
from edge.player.stage.stage import Stage
from tests.edge.player.test_process import until
from tests.fakes.xserver import Framebuffer, free_number, xserver
from vizora.manifest.model import Fit

SIZE = WIDTH, HEIGHT = 480, 270
WHOLE = Rect(0, 0, *SIZE)
NEAR = 8
"""Levels of 255 by which a place may differ: the renderers round, and blend neighbours, in their own ways."""


class Film:
    """A picture that gets brighter to the right, bluer downwards, with a bright block at its top left."""

    def __init__(self, width: int, height: int, rotation: int = 0) -> None:
        luma = bytearray(bytes(40 + x * 160 // width for x in range(width)) * height)
        for y in range(height // 4):
            luma[y * width : y * width + width // 4] = b"\xe0" * (width // 4)
        blue = b"".join(bytes([100 + y * 60 // (height // 2)]) * (width // 2) for y in range(height // 2))
        red = bytes([140]) * (width // 2 * (height // 2))
        self._memory = ctypes.create_string_buffer(bytes(luma) + blue + red)
        y = ctypes.addressof(self._memory)
        u = y + width * height
        self.planes = Planes(width, height, y, u, u + len(blue), width, width // 2, rotation)


def film(stage: Stage, width: int, height: int, rotation: int = 0) -> Texture:
    kept = Film(width, height, rotation)
    return stage.texture(kept.planes)


def still(size: tuple[int, int]) -> pygame.Surface:
    surface = pygame.Surface(size)
    for x in range(size[0]):
        surface.fill((220 - x * 200 // size[0], 60 + x * 120 // size[0], 90), (x, 0, 1, size[1]))
    surface.fill((250, 240, 40), (size[0] // 2, size[1] // 2, size[0] // 3, size[1] // 3))
    return surface


def ticker() -> Strip:
    letters = bytes(value for x in range(300) for value in (x % 256, 255 - x % 200, 90, 255)) * 40
    return Strip(480, 60, "#203040", Pixels(300, 40, memoryview(letters)), (-60, 260))


def layer(
    texture: Texture, box: Rect = WHOLE, fit: Fit = Fit.CONTAIN, opacity: int = 255, clip: Rect | None = None
) -> Layer:
    placed = place(*texture.size, box, fit)
    return Layer(texture, 0, placed.source, placed.target, bars(box, placed.target), "#102030", opacity, clip)


def contained(stage: Stage, fit: Fit = Fit.CONTAIN, rotation: int = 0) -> tuple[Layer, ...]:
    return (layer(film(stage, 320, 240, rotation), fit=fit),)


def crossfade(stage: Stage) -> tuple[Layer, ...]:
    return (*contained(stage), layer(stage.texture(still(SIZE)), opacity=100))


def film_fades_in(stage: Stage) -> tuple[Layer, ...]:
    return (layer(stage.texture(still(SIZE))), layer(film(stage, 320, 180), opacity=100))


def slide(stage: Stage) -> tuple[Layer, ...]:
    before, after = stage.texture(still(SIZE)), film(stage, 320, 180)
    return tuple(layer(one, Rect(x, 0, *SIZE), clip=WHOLE) for one, x in ((before, -180), (after, 300)))


def wipe(stage: Stage) -> tuple[Layer, ...]:
    before, after = film(stage, 320, 180), stage.texture(still(SIZE))
    return layer(before), layer(after, clip=Rect(0, 0, 200, HEIGHT))


def zones(stage: Stage) -> tuple[Layer, ...]:
    box, strip = Rect(20, 10, 300, 180), Rect(0, 210, 480, 60)
    return (
        layer(film(stage, 640, 360), box, Fit.COVER),
        layer(stage.texture(still((140, 180))), Rect(330, 10, 140, 180)),
        layer(stage.texture(ticker()), strip),
    )


SCENES: Mapping[str, tuple[Callable[[Stage], tuple[Layer, ...]], int]] = {
    "contain": (contained, 0),
    "cover": (lambda stage: contained(stage, Fit.COVER), 0),
    "stretch": (lambda stage: contained(stage, Fit.STRETCH), 0),
    "crossfade": (crossfade, 0),
    "film fades in": (film_fades_in, 0),
    "slide": (slide, 0),
    "wipe": (wipe, 0),
    "zones and ticker": (zones, 0),
    **{f"film with a note of {n}": (partial(contained, rotation=n), 0) for n in (90, 180, 270)},
    **{f"screen turned {n}": (contained, n) for n in (90, 180, 270)},
}


def looks(driver: str, folder: Path) -> dict[str, bytes]:
    """Each scene as a screenshot shows it (red, green, blue), once the X server's own glass shows the very same."""
    number, found = free_number(), {}
    with pytest.MonkeyPatch.context() as environ, xserver(folder, number, SIZE) as glass:
        environ.setenv("DISPLAY", f":{number}")
        environ.setenv("SDL_RENDER_DRIVER", driver)
        environ.delenv("SDL_VIDEODRIVER", raising=False)
        stage = Stage(f"{WIDTH}x{HEIGHT}")
        for name, (make, turned) in SCENES.items():
            stage.turn(turned)
            layers = make(stage)
            stage.present(Scene("#102030", layers))
            read = pygame.image.tobytes(stage.read(), "RGB")
            until(partial(shows, glass, read))
            found[name] = read
            for one in layers:
                one.texture.free()
        stage.close()
    return found


def on(glass: Framebuffer) -> bytes:
    return b"".join(glass.row(y) for y in range(HEIGHT))


def shows(glass: Framebuffer, picture: bytes) -> bool:
    return on(glass) == picture


def apart(one: bytes, other: bytes) -> int:
    """The largest difference of a value."""
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


@pytest.fixture(scope="module")
def renderers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, bytes]]:
    return {driver: looks(driver, tmp_path_factory.mktemp(driver)) for driver in ("software", "opengl")}


@pytest.mark.parametrize("scene", SCENES)
def test_a_scene_looks_the_same(scene: str, renderers: dict[str, dict[str, bytes]]) -> None:
    assert apart(renderers["software"][scene], renderers["opengl"][scene]) <= NEAR


def test_scenes_that_differ_would_be_caught(renderers: dict[str, dict[str, bytes]]) -> None:
    pictures = renderers["software"].values()

    assert min(apart(one, other) for one, other in itertools.pairwise(pictures)) > NEAR
