"""YUV textures, which pygame's interface lacks, on pygame's own copy of SDL and its own renderer.

Only for the thread that owns the renderer. Free every texture before the renderer goes.
"""

import ctypes
from functools import cache
from pathlib import Path

from edge.player.stage.geometry import Rect
from edge.player.stage.pictures import Planes
from vizora.errors import HardwareError

IYUV = 0x56555949
STREAMING = 1
BLEND_NONE, BLEND_ALPHA = 0, 1
YUV_BY_SIZE = 3
LINEAR = b"linear"


class SdlRect(ctypes.Structure):
    _fields_ = (("x", ctypes.c_int), ("y", ctypes.c_int), ("w", ctypes.c_int), ("h", ctypes.c_int))


@cache
def library() -> ctypes.CDLL:
    """The SDL that pygame has loaded into this process. Raises HardwareError when there is none."""
    for line in Path("/proc/self/maps").read_text().splitlines():
        if "libSDL2-2" in line:
            sdl = ctypes.CDLL(line.split(maxsplit=5)[-1])
            _declare(sdl)
            sdl.SDL_SetYUVConversionMode(YUV_BY_SIZE)
            sdl.SDL_SetHint(b"SDL_RENDER_SCALE_QUALITY", LINEAR)
            return sdl
    raise HardwareError("pygame's SDL2 library is not loaded in this process; call pygame.display.init() first")


def _declare(sdl: ctypes.CDLL) -> None:
    pointer, integer = ctypes.c_void_p, ctypes.c_int
    sdl.SDL_GetWindowFromID.restype = sdl.SDL_GetRenderer.restype = sdl.SDL_CreateTexture.restype = pointer
    sdl.SDL_GetWindowFromID.argtypes = [ctypes.c_uint32]
    sdl.SDL_GetRenderer.argtypes = [pointer]
    sdl.SDL_CreateTexture.argtypes = [pointer, ctypes.c_uint32, integer, integer, integer]
    sdl.SDL_UpdateYUVTexture.argtypes = [pointer, pointer, pointer, integer, pointer, integer, pointer, integer]
    sdl.SDL_RenderCopyEx.argtypes = [pointer, pointer, pointer, pointer, ctypes.c_double, pointer, integer]
    sdl.SDL_RenderSetClipRect.argtypes = [pointer, pointer]
    sdl.SDL_SetTextureAlphaMod.argtypes = [pointer, ctypes.c_uint8]
    sdl.SDL_SetTextureBlendMode.argtypes = [pointer, integer]
    sdl.SDL_DestroyTexture.argtypes = [pointer]
    sdl.SDL_SetYUVConversionMode.argtypes = [integer]
    sdl.SDL_SetHint.argtypes = [ctypes.c_char_p, ctypes.c_char_p]
    sdl.SDL_GetError.restype = ctypes.c_char_p


def clip(window_id: int, area: Rect | None) -> None:
    """Limits what is drawn on the window's renderer from now on, or not any more."""
    sdl = library()
    renderer = sdl.SDL_GetRenderer(sdl.SDL_GetWindowFromID(window_id))
    sdl.SDL_RenderSetClipRect(renderer, None if area is None else ctypes.byref(SdlRect(*area)))


class YuvTexture:
    """An I420 texture of the size of `first`, with that picture in it. Raises HardwareError."""

    def __init__(self, window_id: int, first: Planes) -> None:
        self._sdl = library()
        self._renderer = self._sdl.SDL_GetRenderer(self._sdl.SDL_GetWindowFromID(window_id))
        self.width, self.height, self.rotation = first.width, first.height, first.rotation
        self._texture = self._sdl.SDL_CreateTexture(self._renderer, IYUV, STREAMING, self.width, self.height)
        if not self._texture:
            error = self._sdl.SDL_GetError().decode()
            raise HardwareError(f"no texture of {self.width}x{self.height} for a video picture: {error}")
        self.update(first)

    def update(self, picture: Planes) -> None:
        """Takes over a picture of the same size."""
        assert (picture.width, picture.height) == (self.width, self.height)
        pitch, chroma = picture.pitch, picture.chroma_pitch
        self._sdl.SDL_UpdateYUVTexture(self._texture, None, picture.y, pitch, picture.u, chroma, picture.v, chroma)

    def draw(self, source: Rect, target: Rect, opacity: int) -> None:
        """`source` and `target` are as seen, that is, after the picture was turned."""
        sdl = self._sdl
        sdl.SDL_SetTextureBlendMode(self._texture, BLEND_NONE if opacity == 255 else BLEND_ALPHA)
        sdl.SDL_SetTextureAlphaMod(self._texture, opacity)
        seen, lying = self._unturned(source), target
        if self.rotation in (90, 270):
            x, y = target.x + target.width // 2, target.y + target.height // 2
            lying = Rect(x - target.height // 2, y - target.width // 2, target.height, target.width)
        sdl.SDL_RenderCopyEx(
            self._renderer,
            self._texture,
            ctypes.byref(SdlRect(*seen)),
            ctypes.byref(SdlRect(*lying)),
            float(self.rotation),
            None,
            0,
        )

    def free(self) -> None:
        if self._texture:
            self._sdl.SDL_DestroyTexture(self._texture)
            self._texture = None

    def _unturned(self, seen: Rect) -> Rect:
        """Where `seen`, a part in the middle of the turned picture, lies in the picture as stored."""
        if self.rotation in (90, 270):
            return Rect(seen.y, seen.x, seen.height, seen.width)
        return seen
