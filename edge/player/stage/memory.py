"""How this process's memory is given out: pictures come from the system one by one, and go back whole."""

import ctypes

M_MMAP_THRESHOLD = -3
"""mallopt(3)"""
LARGE = 256 * 1024
"""Bytes from which on a block is a mapping of its own."""


def give_pictures_back() -> None:
    """Pins glibc's threshold for blocks of their own, which grows to the size of whatever was freed last: then pictures
    come from the heap, where a small block that outlives them keeps a hole of a picture's size for ever.

    Other C libraries have no such call, and no such habit.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, LARGE)
