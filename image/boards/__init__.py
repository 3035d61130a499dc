"""Boards as data: a TOML file beside this one for each, and `every.toml` for what all of them have."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from image.layout import Sizes
from vizora.errors import OperatorError

HERE = Path(__file__).parent


class Boot(StrEnum):
    """What reads the boot partitions, and where it keeps which slot starts."""

    GRUB = "grub"
    TRYBOOT = "tryboot"


@dataclass(frozen=True, slots=True)
class Board:
    name: str
    title: str
    boot: Boot
    architecture: str
    """Debian's word: amd64, arm64."""
    wheels: tuple[str, ...]
    """Platform tags of the Python wheels that run on it, best first."""
    packages: tuple[str, ...]
    backports: tuple[str, ...]
    """Those of the packages that come from backports."""
    testing: tuple[str, ...]
    """Those that come from the next release of Debian, which nothing else may."""
    modules: tuple[str, ...]
    """Kernel modules that the initrd needs to reach the disk."""
    sizes: Sizes
    imager_devices: tuple[str, ...]
    """What Raspberry Pi Imager calls the models it runs on; empty: not for Imager's list of models."""

    @property
    def compatible(self) -> str:
        """An update made for one board is refused by another (RAUC's `compatible`)."""
        return f"vizora-{self.name}"

    @property
    def lock(self) -> Path:
        return HERE.parent / "locks" / f"{self.name}.lock"


def names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in HERE.glob("*.toml") if path.stem != "every"))


def load(name: str) -> Board:
    """Raises OperatorError for a board there is none of."""
    if name not in names():
        raise OperatorError(f"{name!r} is no board; allowed: {', '.join(names())}")
    every, board = _read("every"), _read(name)
    return Board(
        name=name,
        title=board["title"],
        boot=Boot(board["boot"]),
        architecture=board["architecture"],
        wheels=tuple(board["wheels"]),
        packages=tuple(sorted({*every["packages"], *board["packages"], *board.get("testing", ())})),
        backports=tuple(board.get("backports", ())),
        testing=tuple(board.get("testing", ())),
        modules=(*every["modules"], *board["modules"]),
        sizes=Sizes(**board["sizes"]),
        imager_devices=tuple(board.get("imager_devices", ())),
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / f"{name}.toml").read_text())
