"""A real window on a real X server: what a person in front of the screen would see, read from its framebuffer.

No limits of time here: how fast it goes is for `python -m bench.player` to say.
"""

import itertools
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from edge.player.__main__ import CLOSED
from tests.edge.player.rig import Library
from tests.edge.player.test_process import DEADLINE, running, status, until
from tests.fakes.marker_clips import HEIGHT, WIDTH, Marker
from tests.fakes.xserver import Framebuffer, close_windows, free_number, xserver
from vizora.manifest.model import ContentType

ORDER = (1, 3, 2, 4)
"""Video, still, video, still, around and around."""
LENGTHS = {1: 2000, 3: 1000, 2: 1000, 4: 1000}


def fill(library: Library, clips: dict[int, bytes], stills: dict[int, bytes]) -> None:
    items = []
    for n in ORDER:
        kind = ContentType.VIDEO if n in clips else ContentType.IMAGE
        items.append((library.add(n, kind, (clips | stills)[n], LENGTHS[n]), LENGTHS[n]))
    library.publish(library.manifest(*items))


class Watcher:
    """Looks at the glass from the first own picture on."""

    def __init__(self, glass: Framebuffer, process: "subprocess.Popen[bytes]") -> None:
        self.glass = glass
        self.process = process
        self.seen: list[Marker] = []
        self.black = 0

    def until(self, enough: Callable[[list[int]], bool]) -> None:
        """Watches until the items that came are enough."""
        give_up = time.monotonic() + DEADLINE
        while not enough(self.items):
            assert self.process.poll() is None, "the player ended"
            assert time.monotonic() < give_up, f"only {self.items} came"
            marker = self.glass.marker()
            if marker is not None and (not self.seen or self.seen[-1] != marker):
                self.seen.append(marker)
            if self.seen and marker is None:
                self.black += self.glass.is_black()
            time.sleep(0.001)

    @property
    def items(self) -> list[int]:
        """Which clips came one after the other."""
        clips = [clip for clip, _ in self.seen]
        return [clip for n, clip in enumerate(clips) if n == 0 or clips[n - 1] != clip]


def two_rounds_in_order(items: list[int]) -> bool:
    """The last ones: what a busy machine doesn't have ready in time is passed over, and that is right."""
    last = items[-2 * len(ORDER) :]
    return len(last) == 2 * len(ORDER) and last == [
        ORDER[(ORDER.index(last[0]) + n) % len(ORDER)] for n in range(len(last))
    ]


def test_a_window_shows_every_item_in_order_and_never_black(
    library: Library, clips: dict[int, bytes], stills: dict[int, bytes], tmp_path: Path
) -> None:
    fill(library, clips, stills)
    number = free_number()
    with xserver(tmp_path, number, (WIDTH, HEIGHT)) as glass, running(library, DISPLAY=f":{number}") as process:
        watcher = Watcher(glass, process)
        watcher.until(two_rounds_in_order)

    assert watcher.black == 0
    frames = [frame for clip, frame in watcher.seen if clip == 1]
    assert len(set(frames)) > 1
    assert all(later > earlier or later < 15 for earlier, later in itertools.pairwise(frames))


def test_the_look_at_the_glass_catches_a_player_that_blinks(
    library: Library, clips: dict[int, bytes], stills: dict[int, bytes], tmp_path: Path
) -> None:
    fill(library, clips, stills)
    number = free_number()
    with (
        xserver(tmp_path, number, (WIDTH, HEIGHT)) as glass,
        running(library, "tests.fakes.blinking_player", DISPLAY=f":{number}") as process,
    ):
        watcher = Watcher(glass, process)
        watcher.until(lambda items: len(items) >= 9)

    assert watcher.black > 0


def test_a_display_that_comes_later_is_taken(library: Library, stills: dict[int, bytes], tmp_path: Path) -> None:
    items = [(library.add(n, ContentType.IMAGE, stills[n]), 500) for n in (3, 4)]
    library.publish(library.manifest(*items))
    number = free_number()
    with running(library, DISPLAY=f":{number}") as process:
        problem = until(lambda: status(library).get("problem"))
        with xserver(tmp_path, number, (WIDTH, HEIGHT)) as glass:
            until(lambda: glass.marker() in ((3, 0), (4, 0)))
            process.terminate()
            exit_status = process.wait(DEADLINE)

    assert problem["code"] == "VZ-111"
    assert exit_status == 0


@pytest.mark.parametrize("window", ["768x432", "fullscreen"])
def test_closing_its_window_ends_it_in_order(
    window: str, library: Library, stills: dict[int, bytes], tmp_path: Path
) -> None:
    library.publish(library.manifest((library.add(3, ContentType.IMAGE, stills[3]), 500)))
    number = free_number()
    with (
        xserver(tmp_path, number, (WIDTH, HEIGHT)) as glass,
        running(library, DISPLAY=f":{number}", VIZORA_WINDOW=window) as process,
    ):
        until(lambda: glass.marker() == (3, 0))
        asked = close_windows(number)
        exit_status = process.wait(DEADLINE)

    assert asked > 0
    assert exit_status == CLOSED
    assert not library.paths.player_socket.exists()
