"""That a picture's memory goes back to the system as a whole, in a process of its own, as it is for good."""

import subprocess
import sys

import pytest

PICTURE = 1_327_104
"""Bytes of 768x432 in four colours."""
SECOND_PICTURE = """
import ctypes, sys
from edge.player.stage.memory import give_pictures_back

class Info(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in
                ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keep")]

c = ctypes.CDLL(None)
c.malloc.restype, c.malloc.argtypes, c.free.argtypes = ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p]
c.mallinfo2.restype = Info
if "given back" in sys.argv:
    give_pictures_back()
c.free(c.malloc({size}))
before = c.mallinfo2().hblkhd
c.malloc({size})
print(c.mallinfo2().hblkhd - before)
"""


def of_its_own(*arguments: str) -> int:
    """How many bytes of its own mapping the second picture got, after a first one was freed."""
    command = [sys.executable, "-c", SECOND_PICTURE.format(size=PICTURE), *arguments]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


@pytest.mark.parametrize(("arguments", "is_whole"), [(("given back",), True), ((), False)])
def test_a_picture_is_a_block_of_its_own_only_where_the_stage_asks_for_it(
    arguments: tuple[str, ...], *, is_whole: bool
) -> None:
    assert (of_its_own(*arguments) >= PICTURE) is is_whole
