"""Which installed systems are kept from before: each is good for as long as its packages and recipe are the same."""

from dataclasses import dataclass
from pathlib import Path

from image import boards, debian, lock
from image.boards import Board
from image.lock import Package
from image.target_python import VERSION

BASE_EPOCH = 1767225600
"""The date of everything in the base system, 2026-01-01: what is kept must not depend on when it was made."""


@dataclass(frozen=True, slots=True)
class NativeBase:
    tar: Path
    architecture: str


def base(cache: Path, board: Board, packages: tuple[Package, ...]) -> Path:
    """Where the tar of these packages lies, or will."""
    recipe = (debian.RECIPE, *debian.LEFT_OUT, *debian.KEPT, debian.SILENCE, *board.packages, str(BASE_EPOCH))
    return cache / f"debian-{board.name}-{lock.digest(packages, *recipe)}.tar"


def native_base(cache: Path, board: Board, machine: str) -> NativeBase | None:
    """A kept base system whose programs this machine runs by itself, with the very Python that `board` has."""
    wanted = _python_of(_locked(board))
    for other in map(boards.load, boards.names()):
        packages = _locked(other)
        tar = base(cache, other, packages)
        if debian.ARCHITECTURES.get(machine) == other.architecture and _python_of(packages) == wanted and tar.exists():
            return NativeBase(tar, other.architecture)
    return None


def _locked(board: Board) -> tuple[Package, ...]:
    return lock.parse(board.lock.read_text()) if board.lock.exists() else ()


def _python_of(packages: tuple[Package, ...]) -> str:
    return next((package.version for package in packages if package.name == f"libpython{VERSION}-stdlib"), "")
