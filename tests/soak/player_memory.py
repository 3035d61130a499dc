"""`make soak SOAK=player-memory`: what the stage holds after so many changes of item.

Films and stills in turn, in virtual time. After a warm-up memory, descriptors, threads and children are counted; at
the end there are as many but for what just begins or ends, and the memory (RSS of the stage) grew by at most 1 MiB.
"""

import gc
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.edge.player.rig import Library, Rig, playing
from tests.fakes import marker_clips
from vizora.manifest.model import ContentType, Transition, TransitionKind

WARM_UP = 60
"""Switches after which every buffer there will be is there."""
LENGTH = 100
"""Milliseconds of an item."""
MOST = 1 << 20
"""Bytes."""
SLACK = 6
"""Descriptors, threads or children more than before that are no leak: a child may be ending or beginning just then."""


class Held(NamedTuple):
    memory: int
    descriptors: int
    threads: int
    children: int


def held() -> Held:
    gc.collect()
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    descriptors = list(Path("/proc/self/fd").iterdir())
    memory = int(status["VmRSS"].split()[0]) * 1024
    return Held(memory, len(descriptors), int(status["Threads"]), len(children))


def leaks(before: Held, after: Held) -> bool:
    return any(late > early + SLACK for early, late in zip(before[1:], after[1:], strict=True))


def content(root: Path) -> Library:
    library = Library(root / "device")
    items = []
    for n in (1, 3, 2, 4):
        if n in (1, 2):
            data = marker_clips.clip(root / f"{n}.mp4", n, LENGTH / 1000).read_bytes()
            items.append((library.add(n, ContentType.VIDEO, data, LENGTH), LENGTH))
        else:
            data = marker_clips.still(root / f"{n}.png", n).read_bytes()
            items.append((library.add(n, ContentType.IMAGE, data), LENGTH))
    library.publish(library.manifest(*items, transition=Transition(kind=TransitionKind.CROSSFADE, duration_ms=50)))
    return library


def run_alone(root: Path, switches: int, warm_up: int = WARM_UP) -> tuple[Held, Held, int]:
    """`run` in a process that does nothing else, as the stage's: what a whole test runner holds comes and goes."""
    command = [sys.executable, "-m", "tests.soak.player_memory", str(root), str(switches), str(warm_up)]
    before, after, done = json.loads(subprocess.check_output(command, text=True).splitlines()[-1])
    return Held(*before), Held(*after), done


def run(library: Library, switches: int, warm_up: int = WARM_UP) -> tuple[Held, Held, int]:
    """What was held after the warm-up and at the end, and how many switches lay between."""
    with playing(Rig(library)) as rig:
        rig.begin()
        _change(rig, warm_up)
        before = held()
        done = _change(rig, switches)
        after = held()
    return before, after, done


def _change(rig: Rig, switches: int) -> int:
    """Answers how many plays ended; the rig keeps none of them, as the real journal doesn't."""
    done = 0
    for _ in rig.ticks(switches * LENGTH * 60 // 1000):
        done += len(rig.plays)
        rig.plays.clear()
    return done


if __name__ == "__main__":
    print(json.dumps(run(content(Path(sys.argv[1])), int(sys.argv[2]), int(sys.argv[3]))))
