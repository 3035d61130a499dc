"""A real player on a real X server without a screen, and a probe that looks at its glass; what they cost."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from bench.glass_probe import BLACK, Came
from edge.player.workers.children import processor_time
from tests.child_process import dies_with_its_parent
from tests.edge.player.rig import Library, Size
from tests.fakes.xserver import Framebuffer, free_number, xserver

DEADLINE = 60.0
MIB = 1 << 20


@dataclass
class OnGlass:
    library: Library
    glass: Framebuffer
    frame_buffer: Path
    process: "subprocess.Popen[bytes]"
    started_s: float
    """From its start to its first own picture on the glass."""

    def watch(self, seconds: float) -> list[Came]:
        command = [sys.executable, "-m", "bench.glass_probe", str(self.frame_buffer), str(seconds)]
        return [Came(*one) for one in json.loads(subprocess.check_output(command))]

    def frames(self) -> int:
        """Presented so far."""
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(self.library.paths.player_socket))
            line.sendall(b'{"command":"status"}\n')
            answer: dict[str, Any] = json.loads(line.makefile("rb").readline())
        return int(answer["frames"])

    def stage_seconds(self) -> float:
        """Processor time of the stage process, all its threads."""
        return processor_time(self.process.pid)

    def memory(self) -> dict[str, float]:
        """MiB: resident size of the stage, proportional share of its largest child and of all together."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        shares = [share for child in children if (share := _rollup(int(child)).get("Pss")) is not None]
        stage = _rollup(pid)
        return {
            "stageRssMiB": round(stage["Rss"] / MIB, 1),
            "workerPssMiB": round(max(shares) / MIB, 1),
            "wholePssMiB": round((stage["Pss"] + sum(shares)) / MIB, 1),
        }


def _rollup(pid: int) -> dict[str, int]:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    except OSError:
        return {}
    return {line.split(":")[0]: int(line.split()[1]) * 1024 for line in lines}


@contextmanager
def on_glass(library: Library, folder: Path, size: Size, **environ: str) -> Iterator[OnGlass]:
    folder.mkdir()
    number = free_number()
    settings = {
        **os.environ,
        "VIZORA_STATE_DIR": str(library.paths.state),
        "VIZORA_RUN_DIR": str(library.paths.run),
        "VIZORA_WINDOW": f"{size[0]}x{size[1]}",
        "DISPLAY": f":{number}",
        **environ,
    }
    with xserver(folder, number, size) as glass:
        begun = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "edge.player"],
            env=settings,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=dies_with_its_parent,
        )
        try:
            while glass.marker() is None:
                if time.monotonic() - begun > DEADLINE or process.poll() is not None:
                    raise TimeoutError("the player showed nothing")
                time.sleep(0.001)
            started = time.monotonic() - begun
            yield OnGlass(library, glass, folder / "Xvfb_screen0", process, started)
        finally:
            process.terminate()
            process.wait()


@dataclass(frozen=True)
class Change:
    """From one item to the next, as the glass showed it."""

    before: int
    after: int
    gap_ms: float
    """How much longer than its own length the last picture stayed: 0 is perfect."""
    late_ms: float
    """From the instant the item was due to its first picture on the glass."""


def changes(came: list[Came], cycle: list[tuple[int, float]], frame_s: float, films: set[int]) -> list[Change]:
    """`cycle` is (clip, seconds) of what goes round, anchored at 1970 as `always` schedules are."""
    length, found = sum(seconds for _, seconds in cycle), []
    starts, at = [], 0.0
    for clip, seconds in cycle:
        starts.append((clip, at))
        at += seconds
    for before, one in pairwise(came):
        if before.clip == one.clip or before.clip < 0 or one.clip < 0:
            continue
        if before is came[0] and before.clip not in films:
            continue  # since when it was there is not known
        place = one.at % length
        late = min(((place - start) % length for clip, start in starts if clip == one.clip), default=0.0)
        gap = one.at - before.at - (frame_s if before.clip in films else dict(cycle)[before.clip])
        found.append(Change(before.clip, one.clip, gap * 1000, late * 1000))
    return found


def black_ms(came: list[Came]) -> float:
    return sum((b.at - a.at) * 1000 for a, b in pairwise(came) if a.clip == BLACK)
