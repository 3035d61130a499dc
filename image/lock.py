"""The packages an image is made of, pinned by name, version and SHA-256, without any address.

A line a package, `name version architecture sha256`, sorted; what starts with `#` is for people.
Nobody keeps old packages for us: a mirror that has moved on can't give what a lock says. Then the build names what
differs, and `--update-lock` takes the new ones in.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from vizora.errors import OperatorError

_LINE = re.compile(r"(?P<name>[a-z0-9][a-z0-9+.-]+) (?P<version>\S+) (?P<architecture>\S+) (?P<sha256>[0-9a-f]{64})")
HEAD = "# Debian packages of this board's image: name version architecture sha256. Made by `--update-lock`."


@dataclass(frozen=True, slots=True, order=True)
class Package:
    name: str
    version: str
    architecture: str
    sha256: str

    def __str__(self) -> str:
        return f"{self.name} {self.version} {self.architecture} {self.sha256}"


@dataclass(frozen=True, slots=True)
class Difference:
    """One package that the mirror would give otherwise than the lock says; None: not there at all."""

    name: str
    locked: Package | None
    offered: Package | None

    def __str__(self) -> str:
        if self.locked is None:
            return f"{self.name}: not in the lock, the mirror has {self.offered and self.offered.version}"
        if self.offered is None:
            return f"{self.name}: {self.locked.version} in the lock, not needed by what the mirror has"
        if self.locked.version == self.offered.version:
            return f"{self.name}: {self.locked.version} in both, but with other bytes"
        return f"{self.name}: {self.locked.version} in the lock, {self.offered.version} at the mirror"


def parse(text: str) -> tuple[Package, ...]:
    """Raises OperatorError naming the first line that is none."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise OperatorError(f"line {number} of the lock, {line!r}, is no package; allowed: {HEAD[2:]}")
        found.append(Package(**match.groupdict()))
    return tuple(sorted(found))


def write(packages: Iterable[Package]) -> str:
    return "\n".join([HEAD, *map(str, sorted(packages))]) + "\n"


def differences(locked: Iterable[Package], offered: Iterable[Package]) -> tuple[Difference, ...]:
    """What moved, by name."""
    before, after = {p.name: p for p in locked}, {p.name: p for p in offered}
    return tuple(
        Difference(name, before.get(name), after.get(name))
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    )


def digest(packages: Iterable[Package], *recipe: str) -> str:
    """Names a root file system in the cache: the packages, and whatever else decides what comes out of them."""
    told = hashlib.sha256()
    for part in (write(packages), *recipe):
        told.update(part.encode() + b"\0")
    return told.hexdigest()[:24]
