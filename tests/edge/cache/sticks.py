"""Sticks as `vizora usb export` would have written them for the fake cloud's screen."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edge.cache.download import Body
from edge.cache.stick import Stick, StickFile
from edge.http import Fault, UnreachableError
from tests.fakes.device_cloud import DEVICE_ID, FakeCloud
from vizora.manifest.stored import pack

MANIFEST = f"vizora/screens/{DEVICE_ID}.manifest"


def write_stick(folder: Path, cloud: FakeCloud, *, signed: tuple[bytes, str] | None = None) -> Path:
    """With the manifest that the cloud serves now, or `signed`, and every asset it has."""
    signed = signed or cloud.manifest
    assert signed is not None
    body, signature = signed
    for name in ("screens", "assets"):
        (folder / "vizora" / name).mkdir(parents=True, exist_ok=True)
    for sha256, data in cloud.assets.items():
        (folder / "vizora/assets" / sha256).write_bytes(data)
    (folder / f"vizora/screens/{DEVICE_ID}.manifest").write_bytes(pack(signature, body))
    return folder


class PulledStick(Stick):
    """Somebody pulls it when this many bytes of its second file were read."""

    def __init__(self, folder: Path, after: int) -> None:
        super().__init__(folder)
        self._after = after
        self._opened = 0

    @contextmanager
    def asset(self, sha256: str) -> Iterator[StickFile]:
        self._opened += 1
        with super().asset(sha256) as file:
            yield _Pulled(file, self._after) if self._opened == 2 else file


class _Pulled(StickFile):
    def __init__(self, file: Body, after: int) -> None:
        self.headers = file.headers
        self._file, self._after = file, after

    def chunks(self) -> Iterator[bytes]:
        for chunk in self._file.chunks():
            yield chunk[: self._after]
            raise UnreachableError(Fault.CUT, f"the stick can't be read ({os.strerror(5)})")
