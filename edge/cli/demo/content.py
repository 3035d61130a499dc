"""What the demo puts on the screen: the welcome loop, or what a folder holds."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from edge.welcome import welcome_loop
from vizora.errors import OperatorError
from vizora.manifest.model import Transition, TransitionKind

FOLDER_TRANSITION = Transition(TransitionKind.CROSSFADE, 600)
MOST_FILES = 500


@dataclass(frozen=True, slots=True)
class Piece:
    """One file to show and how. `duration_ms` None means its own length, or the product's default."""

    file: Path
    title: str
    duration_ms: int | None = None
    transition: Transition = FOLDER_TRANSITION


def welcome() -> tuple[Piece, ...]:
    return tuple(Piece(item.path(), item.title, item.duration_ms, item.transition) for item in welcome_loop().items)


def folder(path: Path) -> tuple[Piece, ...]:
    """The files of a folder and the folders in it, in the order people count: 2 before 10. Hidden ones are left out.

    Nothing is judged by its name: the cloud says what can be shown. Raises OperatorError for an empty folder.
    """
    files = sorted(_files(path), key=lambda file: _natural(str(file.relative_to(path))))
    if not files:
        raise OperatorError(f"--content {path}: there is no file in it")
    if len(files) > MOST_FILES:
        raise OperatorError(f"--content {path}: {len(files)} files; the demo takes at most {MOST_FILES}")
    return tuple(Piece(file, file.stem) for file in files)


def sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _files(path: Path) -> Iterator[Path]:
    for entry in path.iterdir():
        if entry.name.startswith("."):
            continue
        if entry.is_dir() and not entry.is_symlink():
            yield from _files(entry)
        else:
            yield entry


def _natural(name: str) -> list[tuple[int, int, str]]:
    parts = re.split(r"(\d+)", name.casefold())
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part]
