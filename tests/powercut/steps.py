"""What a process did to its files, step by step, as strace saw it: a recording that can be cut off anywhere.

The program under test says what it has promised by `say`; its words stand in the recording where they were said.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

SAID = "VIZORA_POWERCUT_SAID"
CALLS = (
    "open,openat,creat,close,dup,dup2,dup3,lseek,write,pwrite64,writev,pwritev,pwritev2,ftruncate,truncate,fallocate,"
    "sendfile,copy_file_range,fsync,fdatasync,mkdir,mkdirat,rename,renameat,renameat2,unlink,unlinkat,rmdir,link,linkat,"
    "symlink,symlinkat"
)
LINE = re.compile(r"(\w+)\((.*)\)\s+= (-?\d+)")
ARGUMENT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"|([^,\s][^,]*)')


@dataclass(frozen=True, slots=True)
class Made:
    """A new name. `file` is a number for what lies under it, whatever it is called later; None: a folder."""

    path: str
    file: int | None


@dataclass(frozen=True, slots=True)
class Renamed:
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Removed:
    path: str


@dataclass(frozen=True, slots=True)
class Wrote:
    file: int
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Resized:
    file: int
    size: int


@dataclass(frozen=True, slots=True)
class Synced:
    """All that was written to this file so far is on the disk."""

    file: int


@dataclass(frozen=True, slots=True)
class FailedToSync:
    """The disk refused. What was written until then may be lost, and a later sync that succeeds says nothing of it."""

    file: int


@dataclass(frozen=True, slots=True)
class SyncedFolder:
    """All names given and taken in this folder so far are on the disk."""

    path: str


@dataclass(frozen=True, slots=True)
class Said:
    """What the program has promised."""

    words: str


Step = Made | Renamed | Removed | Wrote | Resized | Synced | FailedToSync | SyncedFolder | Said


def say(words: str) -> None:
    """In the program under test: a promise, at this point of the recording."""
    descriptor = os.open(os.environ[SAID], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(descriptor, words.encode())
    os.close(descriptor)


def record(module: str, arguments: Sequence[str], folder: Path, *, inject: str = "") -> list[Step]:
    """Runs `python -m module DISK ARGUMENTS…` with an empty folder DISK, and tells what it did there.

    Paths in the steps are relative to DISK. Of a program's threads only the first may write there. `inject` is a fault
    in strace's words, as in `fsync:error=EIO:when=3`.
    """
    disk, said, trace = folder / "disk", folder / "said", folder / "trace"
    disk.mkdir(parents=True)
    strace = ["strace", "-f", "-ff", "--seccomp-bpf", "-xx", "-s", "16777216", "-e", f"trace={CALLS}", "-o", str(trace)]
    strace += [f"--inject={inject}"] if inject else []
    command = [*strace, sys.executable, "-m", module, str(disk), *arguments]
    run = subprocess.Popen(command, env={**os.environ, SAID: str(said)})
    assert run.wait() == 0, f"{module} failed"
    spoken = [list(_Reader(str(disk), str(said)).read(path)) for path in sorted(folder.glob("trace.*"))]
    (steps,) = [found for found in spoken if found]
    return steps


class _Reader:
    """Follows which number stands for which file or folder."""

    def __init__(self, disk: str, said: str) -> None:
        self._disk, self._said = disk, said
        self._files: dict[str, int] = {}
        self._open: dict[int, tuple[str, int | None]] = {}
        """By descriptor: the path under which it was opened, and the file; None for a folder and for `said`."""
        self._offset: dict[int, int | None] = {}
        """None: it appends."""
        self._sizes: dict[int, int] = {}

    def read(self, trace: Path) -> Iterator[Step]:
        for line in trace.read_text().splitlines():
            if call := LINE.match(line):
                arguments = [_text(text) if text or not other else other for text, other in ARGUMENT.findall(call[2])]
                if int(call[3]) >= 0:
                    yield from self._step(call[1], arguments, int(call[3]))
                elif call[1] in ("fsync", "fdatasync") and (file := self._file_of(arguments[0])) is not None:
                    yield FailedToSync(file)

    def _file_of(self, descriptor: str | bytes) -> int | None:
        return self._open.get(int(descriptor), ("", None))[1]

    def _step(self, name: str, a: list[str | bytes], result: int) -> Iterator[Step]:
        if name.endswith("at") or name == "renameat2":
            assert not (isinstance(a[0], str) and a[0].isdecimal() and int(a[0]) in self._open), f"{name} of a folder"
        if name in ("open", "openat"):
            yield from self._opened([part for part in a if part != "AT_FDCWD"], result)
        elif name == "close":
            self._open.pop(int(a[0]), None)
        elif name in ("mkdir", "mkdirat") and (path := self._within(a[-2])) is not None:
            yield Made(path, None)
        elif name.startswith("rename"):
            old, new = (self._within(part) for part in a if isinstance(part, bytes))
            if old is not None and new is not None:
                if old in self._files:
                    self._files[new] = self._files.pop(old)
                yield Renamed(old, new)
        elif name in ("unlink", "unlinkat", "rmdir"):
            path = self._within(next(part for part in a if isinstance(part, bytes)))
            if path is not None:
                self._files.pop(path, None)
                yield Removed(path)
        elif name in ("creat", "truncate", "link", "linkat", "symlink", "symlinkat"):
            assert all(self._within(part) is None for part in a if isinstance(part, bytes)), f"{name} is not understood"
        elif isinstance(a[0], str) and a[0].isdecimal() and int(a[0]) in self._open:
            yield from self._used(name, int(a[0]), a, result)

    def _opened(self, a: list[str | bytes], descriptor: int) -> Iterator[Step]:
        path, flags = a[0], str(a[1])
        self._open.pop(descriptor, None)
        if path == self._said.encode():
            self._open[descriptor] = ("said", None)
        within = self._within(path)
        if within is None:
            return
        if "O_CREAT" in flags and within not in self._files:
            self._files[within] = len(self._sizes)
            self._sizes[self._files[within]] = 0
            yield Made(within, self._files[within])
        file = self._files.get(within)
        self._open[descriptor] = (within, file)
        self._offset[descriptor] = None if "O_APPEND" in flags else 0
        if "O_TRUNC" in flags and file is not None and self._sizes[file]:
            yield self._resized(file, 0)

    def _used(self, name: str, descriptor: int, a: list[str | bytes], result: int) -> Iterator[Step]:
        path, file = self._open[descriptor]
        if name == "write" and path == "said":
            assert isinstance(a[1], bytes)
            yield Said(a[1].decode())
        elif name in ("fsync", "fdatasync"):
            yield SyncedFolder(path) if file is None else Synced(file)
        elif file is None:
            assert name == "lseek", f"{name} of a folder is not understood"
        elif name == "write":
            offset = self._offset[descriptor]
            start = self._sizes[file] if offset is None else offset
            if offset is not None:
                self._offset[descriptor] = offset + result
            yield self._wrote(file, start, a[1], result)
        elif name == "pwrite64":
            yield self._wrote(file, int(a[3]), a[1], result)
        elif name == "ftruncate":
            yield self._resized(file, int(a[1]))
        elif name == "lseek":
            if self._offset[descriptor] is not None:
                self._offset[descriptor] = result
        else:
            raise AssertionError(f"{name} is not understood")

    def _wrote(self, file: int, offset: int, data: str | bytes, count: int) -> Wrote:
        assert isinstance(data, bytes)
        self._sizes[file] = max(self._sizes[file], offset + count)
        return Wrote(file, offset, data[:count])

    def _resized(self, file: int, size: int) -> Resized:
        self._sizes[file] = size
        return Resized(file, size)

    def _within(self, path: str | bytes) -> str | None:
        """Relative to the disk; None when it lies elsewhere."""
        text = os.fsdecode(path)
        if text == self._disk:
            return ""
        return text.removeprefix(f"{self._disk}/") if text.startswith(f"{self._disk}/") else None


def _text(escaped: str) -> bytes:
    return bytes.fromhex(escaped.replace("\\x", ""))
