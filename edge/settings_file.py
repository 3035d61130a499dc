"""A settings file, read line by line: a mistake costs its own line, and is named with its number.

TOML 1.0 with each value on the line of its key; anything longer is no setting of ours.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Fault:
    """A wrong setting: what it is and what is allowed. Never repeats a secret."""

    text: str
    file: str = ""
    """Empty: it stands in the environment."""
    line: int = 0

    def __str__(self) -> str:
        return self._in(self.file)

    def on_glass(self) -> str:
        """With the file's name alone: before the screen nobody knows the folders in it."""
        return self._in(Path(self.file).name)

    def _in(self, file: str) -> str:
        place = f"{file}, line {self.line}" if self.line else file
        return f"{place}: {self.text}" if place else self.text


def toml_lines(text: str) -> Iterator[tuple[int, str, dict[str, Any] | None]]:
    """Number, line, and what stands on it; None for what is not TOML."""
    for number, raw in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        try:
            yield number, raw, tomllib.loads(raw.rstrip("\r"))
        except tomllib.TOMLDecodeError:
            yield number, raw, None
