"""A program with every way to write that the recorder has to follow."""

import os
import sys
from pathlib import Path

from tests.powercut.steps import say


def main(disk: Path) -> None:
    (disk / "folder").mkdir()
    with (disk / "folder/new").open("wb") as file:
        file.write(b"one")
        file.seek(1)
        file.write(b"w")
        file.flush()
        os.fsync(file.fileno())
    (disk / "folder/new").replace(disk / "folder/file")
    say("renamed")
    with (disk / "folder/file").open("ab") as file:
        file.write(b"!")
    descriptor = os.open(disk / "folder/file", os.O_RDWR)
    os.pwrite(descriptor, b"E", 2)
    os.ftruncate(descriptor, 3)
    os.close(descriptor)
    folder = os.open(disk / "folder", os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
    (disk / "folder/file").unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
