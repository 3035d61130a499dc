"""A USB stick with content, as `vizora usb export` writes it and the cache reads it.

`vizora/screens/<deviceId>.manifest` is a stored signed manifest (`vizora.manifest.stored`), `vizora/assets/<sha256>`
a file that one or more of them name, `vizora/contents.json` says for people what is on it. Whatever can be believed
is in the signatures and hashes: anybody may have written a stick, and it may be pulled at any moment.
"""

import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from edge.cache.download import BLOCK
from edge.http import Fault, UnreachableError
from vizora.identifiers import DeviceId
from vizora.manifest.limits import MAX_BYTES
from vizora.manifest.model import Value
from vizora.manifest.stored import MAX_HEADER_BYTES

FOLDER = "vizora"
SCREENS = "screens"
ASSETS = "assets"
CONTENTS = "contents.json"
SUFFIX = ".manifest"
SHA256 = re.compile(r"[0-9a-f]{64}")
MOST_CONTENTS = 4 * 1024 * 1024
MOST_MANIFEST = MAX_BYTES + MAX_HEADER_BYTES + 64
MOST_ENTRIES = 100_000
MOST_NAMES = 20
LONGEST_NAME = 80

_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FILE_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class StickScreen(Value, frozen=True):
    device_id: DeviceId
    name: str
    version: int


class Contents(Value, frozen=True):
    """`contents.json`, for people alone."""

    screens: tuple[StickScreen, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What was seen on a stick; nothing of it is believed yet."""

    manifest: bytes | None
    """The stored manifest of the screen that looked; None: it has none for it."""
    sizes: Mapping[str, int] = field(default_factory=dict)
    """Bytes of each asset, by SHA-256."""
    others: tuple[str, ...] = ()
    """The screens that it is for, by name, at most 20; only told when there is no manifest."""


class StickFile:
    """A file of a stick, as the answer to a download."""

    status = 200

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.headers: Mapping[str, str] = {"Content-Length": str(os.fstat(descriptor).st_size)}

    def lift_deadline(self) -> None:
        """There is none."""

    def chunks(self) -> Iterator[bytes]:
        with _told():
            while chunk := os.read(self._descriptor, BLOCK):
                yield chunk


class Stick:
    """What lies below `folder`/vizora. No step on the way to a file may be a link: it could lead anywhere."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def look(self, device_id: str) -> Found:
        """What it has for this screen. Raises OSError: it can't be read, or has no folder `vizora`."""
        with self._opened_folder():
            pass
        manifest = self.manifest(device_id)
        if manifest is None:
            return Found(None, others=self._names())
        return Found(manifest, self._sizes())

    @contextmanager
    def asset(self, sha256: str) -> Iterator[StickFile]:
        """Raises UnreachableError when it can't be opened; so do the file's chunks."""
        with _told():
            descriptor = self._open(ASSETS, sha256)
        try:
            yield StickFile(descriptor)
        finally:
            os.close(descriptor)

    def manifest(self, device_id: str) -> bytes | None:
        """The stored manifest of this screen, unjudged. Raises OSError."""
        try:
            return self._read(MOST_MANIFEST, SCREENS, f"{device_id}{SUFFIX}")
        except FileNotFoundError:
            return None

    def contents(self) -> tuple[StickScreen, ...]:
        """What is written on it for people; nothing when that can't be read."""
        try:
            return msgspec.json.decode(self._read(MOST_CONTENTS, CONTENTS), type=Contents).screens
        except (OSError, ValueError):
            return ()

    def _sizes(self) -> dict[str, int]:
        sizes: dict[str, int] = {}
        with suppress(FileNotFoundError), self._opened_folder(ASSETS) as folder, os.scandir(folder) as entries:
            for entry, _ in zip(entries, range(MOST_ENTRIES), strict=False):
                if SHA256.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                    sizes[entry.name] = entry.stat(follow_symlinks=False).st_size
        return sizes

    def _names(self) -> tuple[str, ...]:
        """Of the screens it is for, as far as they can be printed."""
        names = [screen.name or screen.device_id for screen in self.contents()[:MOST_NAMES]]
        return tuple("".join(sign for sign in name[:LONGEST_NAME] if sign.isprintable()) for name in names)

    def _read(self, most: int, *names: str) -> bytes:
        """Raises OSError; so it does for one that has more than `most` bytes."""
        with os.fdopen(self._open(*names), "rb") as file:
            data = file.read(most + 1)
        if len(data) > most:
            raise OSError(f"{names[-1]} has more than {most} bytes")
        return data

    def _open(self, *names: str) -> int:
        with self._opened_folder(*names[:-1]) as folder:
            descriptor = os.open(names[-1], _FILE_FLAGS, dir_fd=folder)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise OSError(f"{names[-1]} is no file")
        return descriptor

    @contextmanager
    def _opened_folder(self, *names: str) -> Iterator[int]:
        step = os.open(self._folder, _FOLDER_FLAGS)
        try:
            for name in (FOLDER, *names):
                deeper = os.open(name, _FOLDER_FLAGS | os.O_NOFOLLOW, dir_fd=step)
                os.close(step)
                step = deeper
            yield step
        finally:
            os.close(step)


@contextmanager
def _told() -> Iterator[None]:
    """Turns what a stick may do into what a line may do: no fault of this device's storage."""
    try:
        yield
    except OSError as error:
        raise UnreachableError(Fault.CUT, f"the stick can't be read ({error.strerror or error})") from error
