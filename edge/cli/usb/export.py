"""`vizora usb export`: screens' signed manifests and their files, from the cloud to a stick."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from edge.backoff import delay_s
from edge.cache.download import Broken, Cancelled, DiskFailed, DiskFull, Fetched, Wrong, fetch
from edge.cache.plan import File, files_of, fits
from edge.cli.usb.cloud import CarryingCalls, Originals, Screen, chosen, content_of
from edge.cli.usb.stick_writer import Carried, StickWriter
from edge.cli.usb.telling import Telling
from edge.clock import Clock
from vizora.errors import HardwareError, NetworkError, PublisherError
from vizora.manifest.codec import decode

TRIES = 6
"""In a row without a byte more, before it gives up; what has come stays on the stick."""
LONGEST_PAUSE_S = 60.0


@dataclass(frozen=True, slots=True)
class Exported:
    screens: int
    files: int
    fetched: int
    bytes: int
    """Of all files."""
    removed: int
    """Files that nothing on the stick needs any more."""


def export(
    folder: Path,
    wanted: tuple[str, ...],
    calls: CarryingCalls,
    clock: Clock,
    jitter: Callable[[], float],
    tell: Telling,
) -> Exported:
    """Raises VizoraError and OSError; the stick is then as whole as it was, and the next try goes on from there."""
    carried = tuple(_carried(screen, calls) for screen in chosen(wanted, calls.screens()))
    for screen in carried:
        tell.screen(screen)
    files = {sha256: file for screen in carried for sha256, file in files_of(screen.manifest).items()}
    content = {key: value for screen in carried for key, value in content_of(screen.manifest.assets).items()}
    stick = StickWriter(folder)
    stick.open()
    removed = stick.tidy(files.values())
    needed, free = stick.needed_bytes(files.values()), stick.free_bytes()
    if not fits(needed, free):
        raise HardwareError(
            f"{folder} is too small: {needed / 1e6:.1f} MB are needed, {free / 1e6:.1f} MB are free. "
            "Take a larger stick, fewer screens, or remove what else is on it"
        )
    fetching = _Fetching(stick.assets, Originals(calls, content), clock, jitter, tell)
    tell.files(len(files), sum(file.size for file in files.values()))
    fetched = sum(fetching.bring(file) for file in files.values())
    stick.put(carried)
    removed += stick.tidy()
    return Exported(len(carried), len(files), fetched, sum(file.size for file in files.values()), removed)


def _carried(screen: Screen, calls: CarryingCalls) -> Carried:
    signed = calls.manifest(screen)
    manifest = decode(signed.body)
    if manifest.device_id != screen.id:
        raise PublisherError(f"the manifest of {screen.nickname!r} is for another screen, {manifest.device_id!r}")
    return Carried(screen.id, screen.nickname or screen.id, manifest, signed)


@dataclass(frozen=True, slots=True)
class _Fetching:
    folder: Path
    source: Originals
    clock: Clock
    jitter: Callable[[], float]
    tell: Telling

    def bring(self, file: File) -> bool:
        """The file is there and verified; whether it had to be fetched."""
        failures = 0

        def progressed(have: int) -> None:
            nonlocal failures
            failures = 0
            self.tell.progress(have)

        while True:
            match fetch(file, self.folder, self.source, self.clock, progressed=progressed):
                case Fetched(was_there):
                    self.tell.file(file, was_there=was_there)
                    return not was_there
                case Broken(error):
                    failures += 1
                    if failures >= TRIES:
                        raise NetworkError(
                            f"{error}; what has come stays on the stick, the next export goes on from it"
                        )
                    pause = delay_s(failures, self.jitter(), longest=LONGEST_PAUSE_S)
                    self.clock.sleep(max(pause, min(error.retry_after_s or 0.0, LONGEST_PAUSE_S)))
                case Wrong(reason):
                    raise PublisherError(f"{reason}; if it was replaced just now, export again")
                case DiskFull():
                    raise HardwareError(f"{self.folder} is full")
                case DiskFailed(error):
                    raise HardwareError(f"{self.folder} can't be written ({error.strerror or error})") from error
                case Cancelled():
                    raise AssertionError("nobody cancels it")
