import gc

import pytest

from cloud.loading import uncollected


def test_no_garbage_is_looked_for_while_a_process_loads_and_it_is_again_whatever_happened() -> None:
    during = list[bool]()

    def load() -> None:
        with uncollected():
            during.append(gc.isenabled())
            raise OSError("no such thing")

    with pytest.raises(OSError, match="no such thing"):
        load()

    assert during == [False]
    assert gc.isenabled()


def test_who_looks_for_no_garbage_anyway_is_left_so() -> None:
    gc.disable()
    try:
        with uncollected():
            pass
        left = gc.isenabled()
    finally:
        gc.enable()

    assert not left
