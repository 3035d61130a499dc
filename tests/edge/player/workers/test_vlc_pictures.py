"""What libVLC's memory callbacks make of its pictures, with a player that shows them when it is told to."""

import ctypes
import threading
from collections.abc import Iterator
from contextlib import nullcontext

import pytest

from edge.player.workers.ring import SLOTS, RingReader, RingWriter
from edge.player.workers.vlc_decoder import HELD_BACK, Film, Pictures

WIDTH, HEIGHT = 64, 32
DEADLINE = 60.0
Ring = tuple[RingReader, RingWriter]


@pytest.fixture
def ring() -> Iterator[Ring]:
    reader = RingReader()
    yield reader, RingWriter(*reader.give_away)
    reader.close()
    reader.given_away()


class Player:
    """Has shown so many pictures of a film, each of its own brightness, and holds so many back."""

    def __init__(self, ring: RingWriter, shown: int, held_back: int, film: Film | None = None) -> None:
        self.pictures = Pictures(ring, film or Film(WIDTH, HEIGHT, 30.0), 0.0)
        self._left = held_back
        self.last = 0
        self.asked: list[threading.Thread] = []
        numbers = [(ctypes.c_uint * 3)(*sizes) for sizes in ((WIDTH,), (HEIGHT,), (), ())]
        chroma = ctypes.create_string_buffer(4)
        self.pictures.format(ctypes.pointer(ctypes.c_void_p()), ctypes.addressof(chroma), *numbers)
        for _ in range(shown):
            self.show_next()

    def show_next(self) -> None:
        self.last += 1
        planes = (ctypes.c_void_p * 3)()
        self.pictures.lock(None, ctypes.cast(planes, ctypes.POINTER(ctypes.c_void_p)))
        assert planes[0] is not None
        ctypes.memset(planes[0], self.last, WIDTH * HEIGHT)
        self.pictures.display(None, None)

    def next_frame(self) -> None:
        """On a thread of its own, as libVLC's; the last one again where there is no other."""
        self._left -= 1
        show = self.show_next if self._left >= 0 else lambda: self.pictures.display(None, None)
        asked = threading.Thread(target=show, daemon=True)
        asked.start()
        self.asked.append(asked)


def came(ring: Ring) -> int:
    ring[0].poll()
    return ring[0].written


@pytest.mark.parametrize("held_back", [0, 1, 2])
def test_what_libvlc_holds_back_at_the_end_comes_out_once(held_back: int, ring: Ring) -> None:
    player = Player(ring[1], 2, held_back)
    player.pictures.finish(player.next_frame)

    assert came(ring) == 2 + held_back


def test_a_player_that_is_not_asked_would_keep_it(ring: Ring) -> None:
    player = Player(ring[1], 2, 1)
    player.pictures.finish(lambda: None)

    assert came(ring) == 2


def test_a_film_that_is_whole_is_asked_for_nothing(ring: Ring) -> None:
    player = Player(ring[1], 3, 0, Film(WIDTH, HEIGHT, 30.0, times=(0.0, 0.1, 0.2)))
    player.pictures.finish(player.next_frame)

    assert player.asked == []


def held_open(player: Player, ring: Ring, seconds: float) -> bool:
    """Whether a film whose last picture finds no room is still not over, when for so long nobody makes any."""
    thread = threading.Thread(target=player.pictures.finish, args=[player.next_frame], daemon=True)
    thread.start()
    thread.join(seconds)
    held = thread.is_alive()
    came(ring)
    ring[0].take(1.0)
    for one in (*player.asked, thread):
        one.join(DEADLINE)
    assert came(ring) == SLOTS + 1
    return held


def test_the_last_picture_may_wait_for_room(ring: Ring) -> None:
    assert held_open(Player(ring[1], SLOTS, 1), ring, 2 * HELD_BACK)


def test_a_film_that_ends_while_its_last_picture_waits_would_be_caught(
    ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    player = Player(ring[1], SLOTS, 1)
    monkeypatch.setattr(player.pictures, "_writing", nullcontext())

    assert not held_open(player, ring, DEADLINE)
