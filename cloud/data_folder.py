"""The data folder belongs to one running cloud: two that write the same SQLite file would spoil it."""

import fcntl
import os
from pathlib import Path

from vizora.errors import OperatorError

RESTORING = ".restoring"
"""Lies in the folder while a backup is restored into it."""


class DataFolder:
    """Held from the moment it is opened. Raises OperatorError when it can't be made, written, or is held already.

    `shared`: it is not held, for a process that writes no SQLite file in it and may use it beside its owner.
    """

    def __init__(self, path: Path, *, restoring: bool = False, shared: bool = False) -> None:
        try:
            path.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as fault:
            raise OperatorError(
                f"the data folder {path} can't be written ({fault.strerror}): make it writable, or choose another "
                "one with --data"
            ) from fault
        try:
            if not shared:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            os.close(self._lock)
            raise OperatorError(
                f"the data folder {path} is used by another vizora cloud: stop it, or choose another one with --data"
            ) from fault
        if not restoring and (path / RESTORING).exists():
            os.close(self._lock)
            raise OperatorError(
                f"restoring a backup into the data folder {path} was broken off: run `vizora cloud restore` again"
            )

    def close(self) -> None:
        os.close(self._lock)
