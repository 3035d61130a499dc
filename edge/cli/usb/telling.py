"""What an export tells meanwhile: a line that moves on a terminal, plain lines elsewhere, objects for programs."""

import json
import sys
from dataclasses import dataclass, field
from typing import TextIO

from edge.cache.plan import File
from edge.cli.usb.stick_writer import Carried

STEP_BYTES = 1_000_000
"""On a terminal the line is drawn anew when this much more has come."""


@dataclass(slots=True)
class Telling:
    json: bool
    out: TextIO = field(default_factory=lambda: sys.stdout)
    _files: int = 0
    _bytes: int = 0
    _done_files: int = 0
    _done_bytes: int = 0
    _told_bytes: int = -STEP_BYTES

    @property
    def _moves(self) -> bool:
        return not self.json and self.out.isatty()

    def screen(self, screen: Carried) -> None:
        if self.json:
            name, version = screen.name, screen.manifest.version
            self._object(event="screen", deviceId=screen.device_id, name=name, version=version)
        else:
            self._line(f"{screen.name}: version {screen.manifest.version}")

    def files(self, count: int, size: int) -> None:
        self._files, self._bytes = count, size

    def progress(self, have: int) -> None:
        """While a file comes; only a terminal hears of it."""
        if self._moves and abs(self._done_bytes + have - self._told_bytes) >= STEP_BYTES:
            self._told_bytes = self._done_bytes + have
            self.out.write(f"\r{self._so_far(self._told_bytes)} ")
            self.out.flush()

    def file(self, file: File, *, was_there: bool) -> None:
        self._done_files, self._done_bytes = self._done_files + 1, self._done_bytes + file.size
        if self.json:
            self._object(event="file", sha256=file.sha256, size=file.size, wasThere=was_there)
        elif self._moves:
            self.out.write(f"\r{self._so_far(self._done_bytes)} " + ("\n" if self._done_files == self._files else ""))
            self.out.flush()
        else:
            self._line(self._so_far(self._done_bytes) + (", was there" if was_there else ""))

    def _so_far(self, size: int) -> str:
        return f"{self._done_files} of {self._files} files, {size / 1e6:.1f} of {self._bytes / 1e6:.1f} MB"

    def _line(self, text: str) -> None:
        self.out.write(text + "\n")
        self.out.flush()

    def _object(self, **fields: object) -> None:
        self._line(json.dumps(fields))
