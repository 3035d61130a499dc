"""A real X server without a screen (Xvfb), whose framebuffer is mapped: looking at it disturbs nobody."""

import ctypes
import mmap
import random
import socket
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.fakes import marker_clips

DEADLINE = 60.0
NUMBERS = range(100, 5000)
HEADER = struct.Struct(">25I")
"""The beginning of an XWD file: sizes of the header, picture, rows and colour table are at 0, 4 and 5, 12, 19."""
COLOUR = 12
NO_EVENT_MASK, CLIENT_MESSAGE = 0, 33


class Framebuffer:
    """What is on the glass right now, pixel by pixel."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._memory = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        header = HEADER.unpack_from(self._memory, 0)
        self.width, self.height, self._row = header[4], header[5], header[12]
        self._start = header[0] + header[19] * COLOUR

    def colour(self, x: int, y: int) -> tuple[int, int, int]:
        blue, green, red = self._memory[(place := self._start + y * self._row + x * 4) : place + 3]
        return red, green, blue

    def row(self, y: int) -> bytes:
        """Red, green and blue of each pixel."""
        raw = bytes(self._memory[(first := self._start + y * self._row) : first + self.width * 4])
        values = bytearray(self.width * 3)
        values[::3], values[1::3], values[2::3] = raw[2::4], raw[1::4], raw[::4]
        return bytes(values)

    def marker(self) -> marker_clips.Marker | None:
        return marker_clips.read(lambda x, y: self.colour(x, y)[1])

    def is_black(self) -> bool:
        """By a grid of samples."""
        spots = ((x, y) for y in range(8, self.height, 41) for x in range(8, self.width, 97))
        return all(max(self.colour(x, y)) < 20 for x, y in spots)

    def close(self) -> None:
        self._memory.close()


def free_number() -> int:
    """A display number nobody uses; drawn, so that two who ask at the same instant don't get one and the same."""
    return next(number for number in random.sample(NUMBERS, len(NUMBERS)) if not _is_taken(number))


@contextmanager
def xserver(folder: Path, number: int, size: tuple[int, int]) -> Iterator[Framebuffer]:
    """Runs from here to the end of the block."""
    width, height = size
    command = ["Xvfb", f":{number}", "-screen", "0", f"{width}x{height}x24", "-fbdir", str(folder), "-nolisten", "tcp"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        give_up = time.monotonic() + DEADLINE
        picture = folder / "Xvfb_screen0"
        while not (picture.exists() and picture.stat().st_size > width * height * 4 and _listens(number)):
            assert process.poll() is None, "Xvfb did not start"
            assert time.monotonic() < give_up
            time.sleep(0.02)
        assert process.poll() is None, f"another X server has the number {number}"
        framebuffer = Framebuffer(picture)
        yield framebuffer
        framebuffer.close()
    finally:
        process.terminate()
        process.wait()


def _is_taken(number: int) -> bool:
    return Path(f"/tmp/.X11-unix/X{number}").exists() or Path(f"/tmp/.X{number}-lock").exists()


def _listens(number: int) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(f"/tmp/.X11-unix/X{number}") == 0


class _ClientMessage(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
        ("room", ctypes.c_long * 24),
    )


def close_windows(number: int) -> int:
    """Asks every window on the display to close, as a window manager does (ICCCM 4.2.8.1); answers how many."""
    x = ctypes.CDLL("libX11.so.6")
    x.XOpenDisplay.restype = ctypes.c_void_p
    x.XInternAtom.restype = x.XDefaultRootWindow.restype = ctypes.c_ulong
    display = ctypes.c_void_p(x.XOpenDisplay(f":{number}".encode()))
    assert display.value
    root, parent, count = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.c_uint()
    windows = ctypes.POINTER(ctypes.c_ulong)()
    top = ctypes.c_ulong(x.XDefaultRootWindow(display))
    pointers = [ctypes.byref(one) for one in (root, parent, windows, count)]
    x.XQueryTree(display, top, *pointers)
    protocols, delete = (
        ctypes.c_ulong(x.XInternAtom(display, name, 0)) for name in (b"WM_PROTOCOLS", b"WM_DELETE_WINDOW")
    )
    for window in windows[: count.value]:
        event = _ClientMessage(CLIENT_MESSAGE, 0, 1, None, window, protocols.value, 32)
        event.data[0] = delete.value
        x.XSendEvent(display, ctypes.c_ulong(window), 0, ctypes.c_long(NO_EVENT_MASK), ctypes.byref(event))
    x.XCloseDisplay(display)
    return count.value


@contextmanager
def covered(number: int, size: tuple[int, int]) -> Iterator[None]:
    """A black window over everything, as a program's error box that nobody is there to click away."""
    x = ctypes.CDLL("libX11.so.6")
    x.XOpenDisplay.restype = ctypes.c_void_p
    x.XDefaultRootWindow.restype = x.XCreateSimpleWindow.restype = ctypes.c_ulong
    display = ctypes.c_void_p(x.XOpenDisplay(f":{number}".encode()))
    assert display.value
    root = ctypes.c_ulong(x.XDefaultRootWindow(display))
    black = ctypes.c_ulong(0)
    window = x.XCreateSimpleWindow(display, root, 0, 0, *size, 0, black, black)
    x.XMapRaised(display, ctypes.c_ulong(window))
    x.XSync(display, 0)
    try:
        yield
    finally:
        x.XCloseDisplay(display)
