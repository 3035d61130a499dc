"""A settings file, read line by line: a mistake costs its own line, and is named with its number.

TOML 1.0 with each value on the line of its key; anything longer is no setting of ours.
"""

import difflib
import tomllib
from collections.abc import Collection, Iterator, Mapping
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


@dataclass(frozen=True, slots=True)
class Given:
    """A setting as somebody gave it."""

    text: str
    told: str
    """How a fault names it."""
    file: str = ""
    line: int = 0

    def fault(self, text: object) -> Fault:
        return Fault(f"{self.told} {text}", self.file, self.line)


def settings_of(
    text: str, file: str, names: Mapping[str, str], secret: Collection[str]
) -> tuple[dict[str, Given], list[Fault]]:
    """What the lines give, by the names that `names` has for their keys, and what is wrong with the others."""
    given: dict[str, Given] = {}
    faults: list[Fault] = []
    for number, _, content in toml_lines(text):
        if content is None:
            faults.append(Fault('is not TOML; allowed: lines like cloud_url = "https://…"', file, number))
            continue
        for key, value in content.items():
            name = names.get(key, "")
            one = Given(str(value), told(key, f"{key} = {value!r}", secret=name in secret), file, number)
            if name in given:
                faults.append(one.fault(f"stands there twice; line {given[name].line} counts"))
            elif name and isinstance(value, str | int) and not isinstance(value, bool):
                given[name] = one
            elif name:
                faults.append(one.fault("is of the wrong kind; allowed: a string or a whole number"))
            else:
                near = difflib.get_close_matches(key, names, n=1)
                hint = f"did you mean {near[0]}?" if near else f"allowed: {', '.join(names)}"
                faults.append(Fault(f"{key} is no setting; {hint}", file, number))
    return given, faults


def told(key: str, whole: str, *, secret: bool) -> str:
    """Without the value where it is a secret, or an address with a password in it."""
    return key if secret or "@" in whole else whole


def toml_lines(text: str) -> Iterator[tuple[int, str, dict[str, Any] | None]]:
    """Number, line, and what stands on it; None for what is not TOML."""
    for number, raw in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        try:
            yield number, raw, tomllib.loads(raw.rstrip("\r"))
        except tomllib.TOMLDecodeError:
            yield number, raw, None
