"""Secrets the embedded cloud makes for itself at its first start: files of the data folder, mode 0600."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from vizora.errors import OperatorError

FOLDER = "secrets"


class SecretFiles:
    """One file a secret. A file is made whole or not at all, and never made twice by two starts at once."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / FOLDER

    def text(self, name: str) -> str:
        """64 hexadecimal characters; made when missing."""
        return self.get(name, lambda: secrets.token_hex(32).encode()).decode("ascii")

    def key(self, name: str) -> bytes:
        """32 bytes; made when missing. Raises OperatorError when the file holds something else."""
        key = self.get(name, lambda: secrets.token_bytes(32))
        if len(key) != 32:
            raise OperatorError(f"{self._folder / name} holds {len(key)} bytes; a key has 32: restore it from a backup")
        return key

    def existing(self, name: str) -> bytes | None:
        """What is there already; nothing is made."""
        try:
            return (self._folder / name).read_bytes()
        except OSError:
            return None

    def remove(self, name: str) -> None:
        """Raises OperatorError when it stays."""
        path = self._folder / name
        try:
            if path.exists():
                path.unlink()
                _sync(self._folder)
        except OSError as fault:
            raise OperatorError(f"the secret {path} can't be removed ({fault.strerror})") from fault

    def get(self, name: str, make: Callable[[], bytes]) -> bytes:
        path = self._folder / name
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not path.exists():
                _create(path, make())
            if path.stat().st_mode & 0o077:
                path.chmod(0o600)
            value = path.read_bytes()
        except OSError as fault:
            raise OperatorError(
                f"the secret {path} can't be kept ({fault.strerror}): make its folder writable"
            ) from fault
        if not value:
            raise OperatorError(f"the secret {path} is empty: restore it from a backup, or remove it to get a new one")
        return value


def _create(path: Path, value: bytes) -> None:
    """Writes aside, syncs, then links: of two starts at once one wins, and both read what the winner wrote."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(value)
            file.flush()
            os.fsync(descriptor)
        try:
            path.hardlink_to(temporary)
        except FileExistsError:
            return
    finally:
        temporary.unlink()
    _sync(path.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
