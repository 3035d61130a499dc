"""A USB stick brings a manifest and its files: the same trust and the same way in as from the network.

The manifest is taken as the cloud's would be, and whatever it lacks is fetched as always, only nearer. So there is one
writer, one download at a time, one switch; and what the stick fails to bring may still come over the network.
"""

import logging
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import msgspec

from edge.cache.device_calls import Signed
from edge.cache.download import Body, Broken, Wrong
from edge.cache.fetching import Fetching
from edge.cache.plan import File, files_of, fits
from edge.cache.stick import Found, Stick
from edge.cache.sync import Sync
from edge.cache.worker import Worker
from edge.clock import Clock
from edge.status import StickOutcome, StickStatus
from vizora.errors import TrustError, VizoraError
from vizora.identifiers import DeviceId
from vizora.manifest.model import Manifest
from vizora.manifest.stored import handovers_of, unpack

log = logging.getLogger(__name__)


class _Import:
    """One stick whose manifest was taken, as a way to its files. `asset` is the worker's, the rest the loop's."""

    def __init__(self, stick: Stick, manifest: Manifest, found: Found, missing: tuple[File, ...]) -> None:
        self.manifest = manifest
        self.missing = missing
        """When it began; what is missing changes meanwhile."""
        self.damaged: dict[str, str] = {}
        """By SHA-256: what was wrong."""
        self.fault: str | None = None
        """Why nothing more comes from this stick."""
        self._stick = stick
        self._on_stick = found.sizes.keys()

    def brings(self, sha256: str) -> bool:
        return self.fault is None and sha256 in self._on_stick and sha256 not in self.damaged

    def asset(self, sha256: str, headers: dict[str, str]) -> AbstractContextManager[Body]:  # noqa: ARG002
        """Always the whole file: what came of it over the network isn't gone on with, so any fault is the stick's."""
        return self._stick.asset(sha256)

    def failed(self, file: File, outcome: Broken | Wrong) -> None:
        match outcome:
            case Broken(error):
                self.fault = str(error)
            case Wrong(reason):
                self.damaged[file.sha256] = reason


class Importing:
    """Lives in the loop's thread; the stick is read in workers'."""

    def __init__(
        self,
        *,
        sync: Sync,
        fetching: Fetching,
        device_id: DeviceId,
        reading: Worker,
        clock: Clock,
        free_space: Callable[[], int],
        open_stick: Callable[[Path], Stick] = Stick,
    ) -> None:
        self._sync = sync
        self._fetching = fetching
        self._device_id = device_id
        self._reading = reading
        self._clock = clock
        self._free_space = free_space
        self._open_stick = open_stick
        self._is_looking = False
        self._import: _Import | None = None
        self.status: StickStatus | None = None
        """Of the last stick."""

    def begin(self, folder: Path) -> dict[str, Any]:
        """The answer of `cache.sock`; what becomes of it is in `status`."""
        if self._is_looking or self._import is not None:
            return {"ok": False, "error": "a stick is being copied; ask again when that is done"}
        if self._sync.is_revoked:
            return {"ok": False, "error": "this screen was removed from its organization"}
        self._say(StickOutcome.COPYING, "Reading the stick.")
        self._is_looking, stick = True, self._open_stick(folder)
        self._reading.submit(lambda: stick.look(self._device_id), lambda found: self._looked(stick, str(folder), found))
        return {"ok": True}

    def turn(self) -> None:
        """After the sync's: how far it is, or what became of it."""
        under_way = self._import
        if under_way is None:
            return
        manifest, manifests = under_way.manifest, self._sync.manifests
        lacking = self._lacking(manifest)
        newest = manifests.highest_version
        if newest is not None and newest > manifest.version:
            self._end(StickOutcome.NOTHING_NEW, f"The network brought version {newest} meanwhile.")
        elif not lacking and manifests.wanted is None:
            self._end(StickOutcome.TAKEN, _taken(manifest, under_way.missing))
        elif lacking and not any(under_way.brings(file.sha256) for file in lacking):
            self._end(StickOutcome.FAILED, _failed(under_way, lacking))
        elif self._sync.storage is not None and self._fetching.running is None:
            is_full = not fits(sum(file.size for file in lacking), self._room_for(manifest))
            self._end(StickOutcome.NO_SPACE if is_full else StickOutcome.FAILED, self._sync.storage.sentence)
        else:
            self._tell_progress(under_way, lacking)

    # From the first look to the manifest that is taken
    def _looked(self, stick: Stick, folder: str, found: Found | Exception) -> None:
        self._is_looking = False
        if isinstance(found, FileNotFoundError | NotADirectoryError):
            self._say(StickOutcome.FAILED, f"There is no folder vizora in {folder}: vizora usb export writes one.")
        elif isinstance(found, OSError):
            self._say(StickOutcome.FAILED, f"{folder} can't be read ({found.strerror or found}).")
        elif isinstance(found, Exception):
            self._say(StickOutcome.FAILED, f"{folder} can't be read.")
            raise found
        elif found.manifest is None:
            names = ", ".join(found.others)
            self._say(StickOutcome.OTHERS, f"This stick is for other screens{': ' + names if names else ''}.")
        else:
            try:
                self._consider(stick, found.manifest, found)
            except (OSError, sqlite3.Error) as error:
                self._say(StickOutcome.FAILED, f"The storage can't be written ({error}).")
                raise

    def _consider(self, stick: Stick, data: bytes, found: Found) -> None:
        try:
            signature, body = unpack(data)
            if signature is None:
                raise TrustError("manifest: it carries no signature")
            signed = Signed(body, signature, "", handovers_of(data))
            manifest = self._sync.manifests.judge(signed, self._clock.now()).manifest
        except VizoraError as error:
            self._say(StickOutcome.REFUSED, f"Refused: {error}.")
            return
        missing = self._lacking(manifest)
        if not missing and self._plays(manifest):
            self._say(StickOutcome.NOTHING_NEW, f"Version {manifest.version} plays already.", manifest.version)
        elif self._is_sound(manifest, missing, found):
            self._take(stick, signed, manifest, missing, found)

    def _is_sound(self, manifest: Manifest, missing: tuple[File, ...], found: Found) -> bool:
        """Looked at before anything is taken: a stick that can't be used whole leaves everything as it was."""
        incomplete = [file for file in missing if found.sizes.get(file.sha256) != file.size]
        if incomplete:
            counted = f"{len(incomplete)} of {len(files_of(manifest))} files"
            sentence = f"Refused: {counted} are missing on the stick or cut off; export to it again."
            self._say(StickOutcome.REFUSED, sentence, manifest.version)
            return False
        needed, free = sum(file.size for file in missing), self._room_for(manifest)
        if not fits(needed, free):
            sentence = f"No space: the new files need {needed / 1e6:.1f} MB, {free / 1e6:.1f} MB are free."
            self._say(StickOutcome.NO_SPACE, sentence, manifest.version)
            return False
        return True

    def _take(self, stick: Stick, signed: Signed, manifest: Manifest, missing: tuple[File, ...], found: Found) -> None:
        self._sync.take(signed)
        self._import = self._fetching.detour = _Import(stick, manifest, found, missing)
        self._tell_progress(self._import, missing)

    # Facts
    def _plays(self, manifest: Manifest) -> bool:
        manifests = self._sync.manifests
        return manifests.wanted is None and manifests.current == manifest

    def _lacking(self, manifest: Manifest) -> tuple[File, ...]:
        return tuple(file for file in files_of(manifest).values() if not self._sync.store.has(file))

    def _room_for(self, manifest: Manifest) -> int:
        """Bytes that are free, and those of files that neither what plays nor this manifest needs."""
        keep = files_of(self._sync.manifests.current).keys() | files_of(manifest).keys()
        return self._free_space() + sum(file.size for file in self._sync.store.stored() if file.sha256 not in keep)

    # What is told
    def _end(self, outcome: StickOutcome, sentence: str) -> None:
        assert self._import is not None
        under_way, self._import = self._import, None
        self._fetching.detour = None
        self._tell_progress(under_way, self._lacking(under_way.manifest), outcome, sentence)
        self._log(outcome, sentence)

    def _say(self, outcome: StickOutcome, sentence: str, version: int | None = None) -> None:
        self.status = StickStatus(self._clock.now(), outcome, sentence, version)
        self._log(outcome, sentence)

    def _log(self, outcome: StickOutcome, sentence: str) -> None:
        is_well = outcome in (StickOutcome.COPYING, StickOutcome.TAKEN, StickOutcome.NOTHING_NEW)
        log.log(logging.INFO if is_well else logging.WARNING, "USB stick: %s", sentence)

    def _tell_progress(
        self,
        under_way: _Import,
        lacking: tuple[File, ...],
        outcome: StickOutcome = StickOutcome.COPYING,
        sentence: str = "",
    ) -> None:
        missing, ready = under_way.missing, set(under_way.missing) - set(lacking)
        status = StickStatus(
            at=self._clock.now(),
            outcome=outcome,
            sentence=sentence or f"Copying {_files(len(missing))} from the stick.",
            version=under_way.manifest.version,
            files=len(missing),
            files_ready=len(ready),
            bytes=sum(file.size for file in missing),
            bytes_ready=sum(file.size for file in ready),
        )
        if self.status is None or msgspec.structs.replace(status, at=self.status.at) != self.status:
            self.status = status


def _taken(manifest: Manifest, missing: tuple[File, ...]) -> str:
    return f"Version {manifest.version} plays; {_files(len(missing))} came from the stick."


def _failed(under_way: _Import, lacking: tuple[File, ...]) -> str:
    reason = under_way.fault or next(iter(under_way.damaged.values()), "they are not on it")
    return (
        f"{_files(len(lacking)).capitalize()} of version {under_way.manifest.version} could not be copied: {reason}. "
        "What played before plays on; bring the stick again, or connect the screen."
    )


def _files(count: int) -> str:
    return f"{count} file{'' if count == 1 else 's'}"
