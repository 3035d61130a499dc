"""What an X server has on its screen, pixel by pixel: also what lies over our window. On a connection of its own.

libX11 is what SDL itself loads to open a window there, so it is on every machine where this is needed.
"""

import ctypes
import os
from collections.abc import Mapping, Sequence

from edge.player.stage.samples import Colour

ALL_PLANES = (1 << 64) - 1
Z_PIXMAP = 2
_Handler = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)


class XGlass:
    """Raises OSError when no X server answers."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        try:
            x = self._x = ctypes.CDLL("libX11.so.6")
        except OSError as error:
            raise OSError(f"libX11 is not installed: {error}") from error
        x.XOpenDisplay.restype = x.XGetImage.restype = ctypes.c_void_p
        x.XOpenDisplay.argtypes = [ctypes.c_char_p]
        x.XDefaultRootWindow.restype = ctypes.c_ulong
        x.XDefaultRootWindow.argtypes = x.XCloseDisplay.argtypes = [ctypes.c_void_p]
        x.XGetImage.argtypes = [ctypes.c_void_p, ctypes.c_ulong, *[ctypes.c_int] * 2, *[ctypes.c_uint] * 2]
        x.XGetImage.argtypes += [ctypes.c_ulong, ctypes.c_int]
        x.XGetPixel.restype = ctypes.c_ulong
        x.XGetPixel.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_int]
        x.XDestroyImage.argtypes = [ctypes.c_void_p]
        x.XGetGeometry.argtypes = [ctypes.c_void_p, ctypes.c_ulong, *[ctypes.c_void_p] * 7]
        # a place outside the screen is an X error, and Xlib's own answer to one is to end the process
        self._forgiving = _Handler(lambda _display, _event: 0)
        x.XSetErrorHandler(self._forgiving)
        self._display = x.XOpenDisplay(environ.get("DISPLAY", "").encode())
        if not self._display:
            raise OSError(f"no X server answers at {environ.get('DISPLAY', '')!r}")
        self._root = x.XDefaultRootWindow(self._display)

    def colours(self, places: Sequence[tuple[int, int]]) -> list[Colour]:
        """Of each place of the screen; black for one that can't be read."""
        return [self._colour(x, y) for x, y in places]

    def size(self) -> tuple[int, int]:
        """Of the whole screen, now."""
        root, x, y = ctypes.c_ulong(), ctypes.c_int(), ctypes.c_int()
        width, height, border, depth = (ctypes.c_uint() for _ in range(4))
        pointers = [ctypes.byref(one) for one in (root, x, y, width, height, border, depth)]
        self._x.XGetGeometry(self._display, self._root, *pointers)
        return width.value, height.value

    def close(self) -> None:
        if self._display:
            self._x.XCloseDisplay(self._display)
            self._display = None

    def _colour(self, x: int, y: int) -> Colour:
        image = self._x.XGetImage(self._display, self._root, x, y, 1, 1, ALL_PLANES, Z_PIXMAP)
        if not image:
            return 0, 0, 0
        pixel: int = self._x.XGetPixel(image, 0, 0)
        self._x.XDestroyImage(image)
        return pixel >> 16 & 255, pixel >> 8 & 255, pixel & 255
