"""What a process loads and builds when it starts is there to stay: looking through it for garbage again and again is a
tenth of a start, and would be most of every full collection from then on."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """No garbage is looked for inside of the block, and none ever among what came into being in it."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was:
            gc.enable()
