"""The window and its renderer: the only part of the player that touches the screen.

It clears and draws within one call, so an unfinished picture never reaches the glass.
"""

import contextlib
import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import pygame
from pygame._sdl2.video import Renderer
from pygame._sdl2.video import Texture as SdlTexture

from edge.files import write_at_once
from edge.player.stage.geometry import Rect
from edge.player.stage.memory import give_pictures_back
from edge.player.stage.outputs import NO_DISPLAY, SYSTEM, has_gpu, outputs, way
from edge.player.stage.pictures import Picture, Pixels, Planes, Strip
from edge.player.stage.running import Running
from edge.player.stage.samples import Colour, samples
from edge.player.stage.scene import Scene, Texture
from edge.player.stage.sdl import YuvTexture, clip, library
from edge.player.stage.xglass import XGlass
from vizora.errors import HardwareError

FULLSCREEN = "fullscreen"
BLEND_NONE, BLEND_ALPHA = 0, 1
SAMPLED = 30
"""Of so many pictures of a film one is sampled."""


class Stage:
    """Raises HardwareError when there is no display to open a window on."""

    def __init__(self, window: str = FULLSCREEN, *, headless: bool = False, root: Path = SYSTEM) -> None:
        self._wanted = window
        self._headless = headless
        self._root = root
        self.frames = 0
        self.pressed: frozenset[int] = frozenset()
        """The keys that went down before the last look for events."""
        self._turned = 0
        give_pictures_back()
        self._open()

    def _open(self) -> None:
        self._outputs = outputs(self._root)
        self._canvas: SdlTexture | None = None
        self._glass: XGlass | None = None
        chosen = way(os.environ, self._outputs, headless=self._headless, gpu=has_gpu(self._root))
        if chosen is None:
            raise HardwareError(NO_DISPLAY)
        told = {"SDL_VIDEODRIVER": chosen.driver, **chosen.environ}
        before = {name: os.environ.get(name) for name in told}
        os.environ.update(told)
        try:
            pygame.display.init()
            self._window = _window(self._wanted, headless=self._headless)
            # SDL's own renderer knows no vertical blank: asked to wait for it, it would only sleep
            self._renderer = Renderer(self._window, vsync=os.environ.get("SDL_RENDER_DRIVER") != "software")
        except pygame.error as error:
            pygame.display.quit()  # or the next try would get the same answer from memory
            raise HardwareError(f"no display answers ({error}); connect one, or set VIZORA_HEADLESS=1") from error
        finally:
            for name, value in before.items():  # the next look decides anew
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value
        library()
        pygame.mouse.set_visible(False)
        if chosen.driver == "x11":
            with contextlib.suppress(OSError):
                self._glass = XGlass()

    def reopen(self) -> None:
        """Makes window and renderer anew. Every texture must be free by now. Raises HardwareError; then try again."""
        self.close()
        self._open()

    def is_outdated(self) -> bool:
        """Whether the display is another one now: plugged in, taken away, or of another size. A few file reads."""
        if pygame.display.get_init() and pygame.display.get_driver() == "kmsdrm":
            return outputs(self._root) != self._outputs
        return self._wanted == FULLSCREEN and self._glass is not None and self._glass.size() != self._window.size

    def look(self, places: Sequence[tuple[int, int]]) -> Sequence[Colour]:
        """The colours on the glass at places of the picture, as far as this display can be asked; some 1 ms."""
        lying = [self._on_panel(x, y) for x, y in places]
        if self._glass is not None:
            left, top = self._window.position
            return self._glass.colours([(left + x, top + y) for x, y in lying])
        return [_colour(self.read(Rect(x, y, 1, 1))) for x, y in lying]

    @property
    def size(self) -> tuple[int, int]:
        """Of the picture, as seen by somebody who looks at the screen the way it hangs."""
        width, height = self._window.size
        return (height, width) if self._turned in (90, 270) else (width, height)

    @property
    def driver(self) -> str:
        """SDL's name of how the window is shown, as `x11` or `kmsdrm`."""
        return pygame.display.get_driver()

    def turn(self, degrees: int) -> None:
        """Turns everything clockwise by 0, 90, 180 or 270 degrees, for a screen that hangs that way."""
        self._turned = degrees

    def texture(self, picture: Picture | pygame.Surface) -> Texture:
        """Uploads a picture. The caller frees the texture. Raises HardwareError when the renderer can't take it."""
        if isinstance(picture, Planes):
            return Moving(self._window.id, picture)
        try:
            if isinstance(picture, Strip):
                return Running(self._renderer, picture)
            return Still(self._renderer, picture)
        except pygame.error as error:
            raise HardwareError(f"no texture for a picture: {error}") from error

    def present(self, scene: Scene) -> None:
        """Draws the whole scene and shows it."""
        canvas = self._whole_canvas()
        if canvas is not None:  # a renderer without targets still shows a picture that needn't be turned
            self._renderer.target = canvas
        self._renderer.draw_color = pygame.Color(scene.background)
        self._renderer.clear()
        for layer in scene.layers:
            if layer.clip is not None:
                clip(self._window.id, layer.clip)
            self._fill(layer.bars, layer.background, layer.opacity)
            layer.texture.draw(layer.source, layer.target, layer.opacity)
            if layer.clip is not None:
                clip(self._window.id, None)
        if canvas is not None:
            self._renderer.target = None
            width, height = self._window.size
            lying = pygame.Rect((width - canvas.width) // 2, (height - canvas.height) // 2, canvas.width, canvas.height)
            self._renderer.clear()
            canvas.draw(dstrect=lying, angle=self._turned)
        self._renderer.present()
        self.frames += 1

    def read(self, area: Rect | None = None) -> pygame.Surface:
        """What was presented last, read back from the renderer, as the panel shows it."""
        return self._renderer.to_surface(area=None if area is None else pygame.Rect(*area))

    def seen(self) -> pygame.Surface:
        """The same, as seen by somebody who looks at the screen the way it hangs."""
        return pygame.transform.rotate(self.read(), self._turned)

    def wants_to_end(self) -> bool:
        """Takes the window's events; true when it was closed, or Escape pressed in a window of its own."""
        events = pygame.event.get()
        keys = [event.key for event in events if event.type == pygame.KEYDOWN]
        self.pressed = frozenset(keys)
        escaped = pygame.K_ESCAPE in keys and self._wanted != FULLSCREEN
        return escaped or any(event.type == pygame.QUIT for event in events)

    def close(self) -> None:
        """Every texture must be free by now. Twice is once."""
        self._canvas = None
        if self._glass is not None:
            self._glass.close()
            self._glass = None
        if pygame.display.get_init():
            del self._renderer
            self._window.destroy()
            pygame.display.quit()

    def _on_panel(self, x: int, y: int) -> tuple[int, int]:
        """Where a place of the picture as seen lies on the panel."""
        width, height = self._window.size
        match self._turned:
            case 90:
                return width - 1 - y, x
            case 180:
                return width - 1 - x, height - 1 - y
            case 270:
                return y, height - 1 - x
        return x, y

    def _whole_canvas(self) -> SdlTexture | None:
        """What to draw on when the picture is to be turned afterwards."""
        if not self._turned:
            self._canvas = None
        elif self._canvas is None or (self._canvas.width, self._canvas.height) != self.size:
            self._canvas = SdlTexture(self._renderer, self.size, target=True)
            self._canvas.blend_mode = BLEND_NONE
        return self._canvas

    def _fill(self, rects: Iterable[Rect], colour: str, opacity: int) -> None:
        pen = pygame.Color(colour)
        pen.a = opacity
        self._renderer.draw_color = pen
        self._renderer.draw_blend_mode = BLEND_NONE if opacity == 255 else BLEND_ALPHA
        for rect in rects:
            self._renderer.fill_rect(pygame.Rect(*rect))


def _window(wanted: str, *, headless: bool) -> pygame.Window:
    if wanted == FULLSCREEN:
        size = (1920, 1080) if headless else pygame.display.get_desktop_sizes()[0]
        return pygame.Window("Vizora", size, fullscreen=not headless)
    width, _, height = wanted.partition("x")
    return pygame.Window("Vizora", (int(width), int(height)))


class Still:
    """A texture of pixels or of a drawn surface."""

    def __init__(self, renderer: Renderer, picture: Pixels | pygame.Surface) -> None:
        self._renderer = renderer
        self._texture = SdlTexture.from_surface(renderer, _surface(picture))
        self.samples = samples(picture)

    @property
    def size(self) -> tuple[int, int]:
        return self._texture.width, self._texture.height

    def update(self, picture: Picture) -> "Texture":
        assert isinstance(picture, Pixels)
        assert (picture.width, picture.height) == self.size
        self._texture.update(_surface(picture))
        self.samples = samples(picture)
        return self

    def draw(self, source: Rect, target: Rect, opacity: int) -> None:
        self._texture.blend_mode = BLEND_NONE if opacity == 255 else BLEND_ALPHA
        self._texture.alpha = opacity
        self._texture.draw(srcrect=pygame.Rect(*source), dstrect=pygame.Rect(*target))

    def free(self) -> None:
        del self._texture


class Moving:
    """A texture of video pictures."""

    def __init__(self, window_id: int, first: Planes) -> None:
        self._window_id = window_id
        self._texture = YuvTexture(window_id, first)
        self._updates = 0
        self.samples = () if first.rotation else samples(first)

    @property
    def size(self) -> tuple[int, int]:
        width, height = self._texture.width, self._texture.height
        return (height, width) if self._texture.rotation in (90, 270) else (width, height)

    def update(self, picture: Picture) -> "Texture":
        assert isinstance(picture, Planes)
        if (picture.width, picture.height) != (self._texture.width, self._texture.height):
            self._texture.free()
            self._texture = YuvTexture(self._window_id, picture)
        else:
            self._texture.update(picture)
        self._updates += 1
        seldom = self._updates % SAMPLED == 0 and not picture.rotation
        self.samples = samples(picture) if seldom else ()
        return self

    def draw(self, source: Rect, target: Rect, opacity: int) -> None:
        self._texture.draw(source, target, opacity)

    def free(self) -> None:
        self._texture.free()


def _colour(pixel: pygame.Surface) -> Colour:
    red, green, blue, _ = pixel.get_at((0, 0))
    return red, green, blue


def _surface(picture: Pixels | pygame.Surface) -> pygame.Surface:
    if isinstance(picture, pygame.Surface):
        return picture
    return pygame.image.frombuffer(picture.data, (picture.width, picture.height), "BGRA")


def write_png(surface: pygame.Surface, path: Path) -> None:
    """Writes a picture that readers see whole or not at all. Raises OSError."""
    data = io.BytesIO()
    pygame.image.save(surface, data, "picture.png")
    write_at_once(path, data.getvalue())
