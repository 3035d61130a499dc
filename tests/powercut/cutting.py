"""Cuts a recording at random points and looks at what is left: `make soak SOAK=power-cuts`; briefly in `make test`."""

import random
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.fakes.device_cloud import FakeCloud
from tests.powercut import content, plays
from tests.powercut.disk import after_cut, lay_out, said_before
from tests.powercut.steps import Said, Step, record

SYNCS, WRITES = "fsync,fdatasync:error=EIO", "pwrite64:error=ENOSPC"
"""Faults of a disk in strace's words; `:when=N` says which call it is that fails.

Only SQLite and the play journal write by pwrite64."""
Look = Callable[[Path, Sequence[str]], list[str]]


@dataclass(slots=True)
class Outcome:
    cuts: int = 0
    faults: list[str] = field(default_factory=list)
    """Each with the seed of its cut and where it was."""


def cut_again_and_again(steps: Sequence[Step], look: Look, cuts: int, seed: int) -> Outcome:
    """At random points, every other time right behind a promise; the first fault ends it."""
    outcome = Outcome()
    promises = [place + 1 for place, step in enumerate(steps) if isinstance(step, Said)]
    for number in range(cuts):
        if outcome.faults:
            break
        dice = random.Random(f"{seed} {number}")
        cut = dice.choice(promises) if number % 2 else dice.randint(0, len(steps))
        with tempfile.TemporaryDirectory(prefix="vizora-cut-") as folder:
            lay_out(after_cut(steps, cut, dice), Path(folder))
            faults = look(Path(folder), said_before(steps, cut))
        outcome.cuts += 1
        outcome.faults += [f"cut {number} of seed {seed}, after step {cut}: {fault}" for fault in faults]
    return outcome


def of_plays(folder: Path, cuts: int, seed: int, twin: str = "", inject: str = "") -> Outcome:
    steps = record("tests.powercut.plays", [twin], folder, inject=inject)
    return cut_again_and_again(steps, plays.lost, cuts, seed)


def of_content(folder: Path, cuts: int, seed: int, twin: str = "", inject: str = "") -> Outcome:
    steps = record("tests.powercut.content", [twin], folder, inject=inject)
    with FakeCloud() as cloud:
        return cut_again_and_again(steps, lambda disk, said: content.wrong(disk, said, cloud), cuts, seed)
