"""`make soak SOAK=player-faults`: the player's children are killed and stopped.

Which, when and how is random. In virtual time, so that a busy machine makes it slower and never different: a kill
costs at most 100 ms of a wrong picture, a hang at most 2.5 s, nothing is ever black, and the stage lives on.
"""

import os
import random
import signal
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.edge.player.rig import Library, Rig, playing
from tests.fakes import marker_clips
from vizora.manifest.model import ContentType

AFTER_KILL, AFTER_HANG = 6, 150
"""Ticks for which a held picture may stand in for the one that is due: 100 ms and 2.5 s."""
WATCHED = 270
"""Ticks for which the glass is watched after a fault: past the change to the next item."""
APART = 60 * 700
"""Ticks between two faults: what failed before is forgotten by then, as in a week with as many faults."""
KINDS = (signal.SIGKILL, signal.SIGSTOP)
LENGTHS = {1: 4000, 3: 500, 2: 4000, 4: 500}
CYCLE = sum(LENGTHS.values())


@dataclass
class Outcome:
    faults: dict[str, int] = field(default_factory=dict)
    late: list[str] = field(default_factory=list)
    black: int = 0
    worst_ticks: dict[str, int] = field(default_factory=dict)


def content(root: Path) -> Library:
    library = Library(root / "device")
    items = []
    for n, length in LENGTHS.items():
        if n in (1, 2):
            data = marker_clips.clip(root / f"{n}.mp4", n, length / 1000).read_bytes()
            items.append((library.add(n, ContentType.VIDEO, data, length), length))
        else:
            data = marker_clips.still(root / f"{n}.png", n).read_bytes()
            items.append((library.add(n, ContentType.IMAGE, data), length))
    library.publish(library.manifest(*items))
    return library


def is_right(rig: Rig) -> bool:
    """Whether the glass shows the item that is on now, with what can't be shown left out, and its picture."""
    answer = rig.player.show.answer
    if answer is None or not answer.zones:
        return False
    zone = answer.zones[0]
    n = next(n for n in LENGTHS if rig.library.assets[zone.content_id].title == f"content {n}")
    since = (rig.clock.now() - zone.started_at).total_seconds()
    return rig.marker() == (n, int((since + 1e-4) * marker_clips.FPS) if n in (1, 2) else 0)


def victims(rig: Rig) -> dict[str, int]:
    """The children that live now, by what they do."""
    show = rig.player.show
    pids = {f"source {n}": getattr(source, "pid", None) for n, source in enumerate(show.live_sources)}
    pids["still worker"] = rig.stills.pid
    pids["standby"] = rig.videos.standby_pid
    return {name: pid for name, pid in pids.items() if pid is not None and Path(f"/proc/{pid}").exists()}


def run(library: Library, faults: int, seed: int, kinds: Sequence[signal.Signals] = KINDS, whom: str = "") -> Outcome:
    """`whom`: only children whose part begins so."""
    chance, outcome, tick = random.Random(seed), Outcome(), 0
    with playing(Rig(library)) as rig:
        rig.begin()
        for number in range(faults):
            tick += APART + chance.randrange(60 * CYCLE // 1000)
            rig.leap(tick)
            for _ in rig.ticks(4):
                pass
            rig.settle()
            name, pid = chance.choice(sorted(one for one in victims(rig).items() if one[0].startswith(whom)))
            kind = chance.choice(kinds)
            os.kill(pid, kind)
            if kind is signal.SIGSTOP:
                rig.hung.add(pid)
            else:
                os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
            limit = AFTER_KILL if kind is signal.SIGKILL else AFTER_HANG
            wrong = longest = 0
            for _ in rig.ticks(WATCHED):
                wrong = 0 if is_right(rig) else wrong + 1
                longest = max(longest, wrong)
                outcome.black += bool(wrong) and rig.is_black()
            tick += WATCHED + 4
            label = f"{kind.name} {name.partition(' ')[0]}"
            outcome.faults[label] = outcome.faults.get(label, 0) + 1
            outcome.worst_ticks[label] = max(outcome.worst_ticks.get(label, 0), longest)
            if longest > limit:
                outcome.late.append(f"fault {number}: {label}, wrong for {longest} ticks")
    return outcome
