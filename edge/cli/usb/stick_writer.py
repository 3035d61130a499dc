"""Writing a stick so that pulling it at any moment leaves what was whole before: files first, manifests last."""

import errno
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from edge.cache.device_calls import Signed
from edge.cache.download import part_path
from edge.cache.plan import File, files_of
from edge.cache.stick import ASSETS, CONTENTS, FOLDER, SCREENS, SHA256, SUFFIX, Contents, Stick, StickScreen
from edge.files import sync_folder, write_durably
from vizora.errors import OperatorError, VizoraError
from vizora.identifiers import DeviceId
from vizora.manifest.codec import decode
from vizora.manifest.model import Manifest
from vizora.manifest.stored import pack, unpack

NO_MANIFEST = (None, errno.ELOOP, errno.ENXIO)
"""How a link, a pipe, a socket and what is too long show themselves."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A screen's manifest as it goes on the stick."""

    device_id: DeviceId
    name: str
    manifest: Manifest
    signed: Signed


class StickWriter:
    """Everything raises OSError, as of a stick that was pulled, is full or write-protected."""

    def __init__(self, folder: Path) -> None:
        self._read = Stick(folder)
        self._root = folder / FOLDER
        self.assets = self._root / ASSETS
        self._screens = self._root / SCREENS

    def open(self) -> None:
        """Makes the folders. Raises OperatorError for one that is a link: what is removed there would be elsewhere."""
        for folder in (self._root, self.assets, self._screens):
            if folder.is_symlink():
                raise OperatorError(f"{folder} is a link; allowed: a folder of the stick's own")
            folder.mkdir(exist_ok=True)

    def needed_bytes(self, files: Iterable[File]) -> int:
        """What these files still take up, by their sizes alone."""
        return sum(file.size - self._have(file) for file in files)

    def free_bytes(self) -> int:
        usage = os.statvfs(self._root)
        return usage.f_bavail * usage.f_frsize

    def put(self, screens: Iterable[Carried]) -> None:
        """The manifests, whose files must be there. One that was replaced no more names what it named."""
        new = {screen.device_id: screen for screen in screens}
        told = {
            screen.device_id: StickScreen(screen.device_id, screen.name, screen.manifest.version)
            for screen in new.values()
        }
        on_stick = self._on_stick()
        kept = {screen.device_id: screen for screen in self._read.contents() if screen.device_id in on_stick}
        self._write(self._root / CONTENTS, msgspec.json.encode(Contents(tuple({**kept, **told}.values()))))
        for screen in new.values():
            signed = screen.signed
            data = pack(signed.signature, signed.body, signed.handovers)
            self._write(self._screens / f"{screen.device_id}{SUFFIX}", data)

    def tidy(self, keep: Iterable[File] = ()) -> int:
        """Removes every asset that no manifest on the stick names, apart from `keep`; how many."""
        named = {file.sha256 for file in keep}
        for manifest in self._on_stick().values():
            named |= files_of(manifest).keys()
        going = [path for path in self.assets.iterdir() if _sha256(path) not in (None, *named)]
        for path in going:
            path.unlink()
        if going:
            sync_folder(self.assets)
        return len(going)

    def _have(self, file: File) -> int:
        for path in (self.assets / file.sha256, part_path(self.assets, file.sha256)):
            if path.is_file():
                return min(path.stat().st_size, file.size)
        return 0

    def _on_stick(self) -> Mapping[DeviceId, Manifest]:
        """By screen. What no screen could read needs no files; what can't be read just now is no such thing."""
        found: dict[DeviceId, Manifest] = {}
        for path in self._screens.glob(f"*{SUFFIX}"):
            device_id = DeviceId(path.name.removesuffix(SUFFIX))
            try:
                found[device_id] = decode(unpack(self._read.manifest(device_id) or b"")[1])
            except VizoraError:
                continue
            except OSError as error:
                if error.errno not in NO_MANIFEST:
                    raise
        return found

    def _write(self, path: Path, data: bytes) -> None:
        path.with_name(f".{path.name}.new").unlink(missing_ok=True)  # a link there would be followed
        write_durably(path, data)


def _sha256(path: Path) -> str | None:
    """Of the asset that this is, or a part of; None: it is nothing of ours."""
    name = path.name.removesuffix(".part")
    return name if SHA256.fullmatch(name) and not (path.is_dir() and not path.is_symlink()) else None
