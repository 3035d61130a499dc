"""What a disk holds after its power was cut: all that was synced, and of the rest whatever happened to get there.

Weaker than any one file system on purpose. What was written and not synced survives by sectors of 512 bytes, each by
itself; names that were given or taken and whose folder was not synced survive up to some point, in their order. Linux'
file systems keep one promise more, which counts here too: a folder that was synced is found under its own name.
"""

import random
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from tests.powercut.steps import FailedToSync, Made, Removed, Renamed, Resized, Said, Step, Synced, SyncedFolder, Wrote

SECTOR = 512
CHANCES = (0.0, 0.5, 0.9, 1.0)
"""How likely a sector that was not synced is there all the same: one of these for each cut."""


def said_before(steps: Sequence[Step], cut: int) -> list[str]:
    return [step.words for step in steps[:cut] if isinstance(step, Said)]


def after_cut(steps: Sequence[Step], cut: int, dice: random.Random) -> dict[str, bytes | None]:
    """By path what is found when the power went after the first `cut` steps; None for a folder."""
    chance = dice.choice(CHANCES)
    done = steps[:cut]
    synced = _synced(done)
    unsynced_names = [n for n, step in enumerate(done) if _is_name(step) and n not in synced]
    kept_names = _prefix(unsynced_names, chance, dice)
    tree: dict[str, int | None] = {"": None}
    files: dict[int, bytearray] = {}
    for number, step in enumerate(done):
        if _is_name(step):
            if number in synced or number in kept_names:
                _rename(tree, step)
        elif isinstance(step, Wrote):
            _write(files.setdefault(step.file, bytearray()), step, None if number in synced else (chance, dice))
        elif isinstance(step, Resized) and (number in synced or dice.random() < chance):
            content = files.setdefault(step.file, bytearray())
            content[step.size :] = bytes(max(0, step.size - len(content)))
    return {
        path: None if file is None else bytes(files.get(file, b""))
        for path, file in tree.items()
        if path and all(parent in tree for parent in _parents(path))
    }


def lay_out(found: Mapping[str, bytes | None], folder: Path) -> None:
    for path, content in sorted(found.items()):
        if content is None:
            (folder / path).mkdir(parents=True)
        else:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)


def _synced(done: Sequence[Step]) -> set[int]:
    """The numbers of the steps that no cut takes back."""
    found: set[int] = set()
    files: set[int] = set()
    folders: set[str] = set()
    above: set[str] = set()
    """Folders that were synced, and those they lie in."""
    for number in range(len(done) - 1, -1, -1):
        step = done[number]
        if isinstance(step, Synced):
            files.add(step.file)
        elif isinstance(step, FailedToSync):
            files.discard(step.file)
        elif isinstance(step, SyncedFolder):
            folders |= {step.path}
            above |= {step.path, *_parents(step.path)}
        elif isinstance(step, Wrote | Resized):
            found |= {number} if step.file in files else set()
        elif isinstance(step, Renamed):
            found |= {number} if {_parent(step.old), _parent(step.new)} <= folders else set()
        elif isinstance(step, Made | Removed):
            is_known = _parent(step.path) in folders or (isinstance(step, Made) and step.path in above)
            found |= {number} if is_known else set()
    return found


def _is_name(step: Step) -> bool:
    return isinstance(step, Made | Renamed | Removed)


def _prefix(numbers: Sequence[int], chance: float, dice: random.Random) -> set[int]:
    if chance in (0.0, 1.0):
        return set(numbers) if chance else set()
    return set(numbers[: dice.randint(0, len(numbers))])


def _rename(tree: dict[str, int | None], step: Step) -> None:
    if isinstance(step, Made):
        tree[step.path] = step.file
    elif isinstance(step, Removed):
        tree.pop(step.path, None)
    elif isinstance(step, Renamed) and step.old in tree:
        tree[step.new] = tree.pop(step.old)


def _write(content: bytearray, step: Wrote, torn: tuple[float, random.Random] | None) -> None:
    """`torn`: how likely each sector of it is there; None: all of it."""
    start, end = step.offset, step.offset + len(step.data)
    while start < end:
        stop = end if torn is None else min(end, (start // SECTOR + 1) * SECTOR)
        if torn is None or torn[1].random() < torn[0]:
            if len(content) < stop:
                content.extend(bytes(stop - len(content)))
            content[start:stop] = step.data[start - step.offset : stop - step.offset]
        start = stop


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def _parents(path: str) -> list[str]:
    return ["" if str(parent) == "." else str(parent) for parent in PurePosixPath(path).parents]
