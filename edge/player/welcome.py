"""The loop of the image, for a screen that was just added and has nothing of its own yet. Not content: no play counts.

It comes right after the pairing and goes with the first programme that has something in it, for good.
"""

import contextlib
import hashlib
import json
import mimetypes
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from edge.files import write_durably
from edge.paths import DevicePaths
from edge.player.show.sequencer import Sequencer
from edge.player.workers.mp4_times import picture_times
from edge.welcome import PLACE, WelcomeItem, welcome_loop
from vizora.identifiers import ContentId, DeviceId, ItemId, OrganizationId, PlaylistId
from vizora.manifest.model import Asset, ContentType, Fallback, Fit, Item, Manifest, Playlist, Screen
from vizora.schedule.evaluate import plan

_OURS = uuid.UUID("3f0c6f0e-7b0b-4f43-8b3e-0d6f4a3c9b11")
NOBODY = str(uuid.UUID(int=0))
PLAYLIST = PlaylistId(str(uuid.uuid5(_OURS, "playlist")))
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class PlayerPaths(DevicePaths):
    """Where the player finds files: the loop's lie with the program, everybody else's in the cache."""

    loop: Mapping[str, Path] = field(default_factory=dict)
    """By SHA-256."""

    def asset(self, sha256: str) -> Path:
        return self.loop.get(sha256) or DevicePaths.asset(self, sha256)


@dataclass(frozen=True, slots=True)
class Welcome:
    """The loop as a programme, and its files."""

    sequencer: Sequencer
    files: Mapping[str, Path]


def load(place: Path = PLACE) -> Welcome | None:
    """None when its files are damaged: then a card says what there is to say."""
    try:
        loop = welcome_loop(place)
        assets = {_content(item): _asset(item, place) for item in loop.items}
        files = {asset.sha256 or "": item.path(place) for item, asset in zip(loop.items, assets.values(), strict=True)}
    except (OSError, ValueError, IndexError):
        return None
    items = tuple(
        Item(ItemId(_content(item)), _content(item), item.duration_ms, Fit.COVER, item.transition)
        for item in loop.items
    )
    manifest = Manifest(
        device_id=DeviceId(NOBODY),
        organization_id=OrganizationId(NOBODY),
        version=1,
        issued_at=LONG_AGO,
        time_zone="UTC",
        assets=assets,
        playlists={PLAYLIST: Playlist(loop.name, items=items)},
        fallback=Fallback(PLAYLIST),
    )
    return Welcome(Sequencer(plan(manifest), manifest), files)


def on_screen(loop: Sequencer, screen: Screen) -> Sequencer:
    """The same for a screen that is turned, or has hours of its own."""
    return Sequencer(loop.plan, msgspec.structs.replace(loop.manifest, screen=screen))


def says_something(manifest: Manifest) -> bool:
    """Whether somebody has given this screen something to show."""
    return bool(manifest.schedules or manifest.overrides or manifest.fallback.playlist_id)


class Greeting:
    """Whether a screen still is to be welcomed; remembers in `player/greeted.json` that it no longer is."""

    def __init__(self, paths: DevicePaths) -> None:
        self._file = paths.plays.parent / "greeted.json"
        self._greeted = _read(self._file)

    def is_due(self, device_id: str, manifest: Manifest | None) -> bool:
        """For the device that is paired now, and the programme it has."""
        if manifest is not None and says_something(manifest):
            if self._greeted != device_id:
                self._remember(device_id)
            return False
        return bool(device_id) and self._greeted != device_id

    def _remember(self, device_id: str) -> None:
        self._greeted = device_id
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_durably(self._file, json.dumps({"deviceId": device_id}).encode())


def _content(item: WelcomeItem) -> ContentId:
    return ContentId(str(uuid.uuid5(_OURS, item.file)))


def _asset(item: WelcomeItem, place: Path) -> Asset:
    data = item.path(place).read_bytes()
    media_type = mimetypes.guess_type(item.file)[0] or ""
    is_film = media_type.startswith("video/")
    return Asset(
        type=ContentType.VIDEO if is_film else ContentType.IMAGE,
        title=item.title,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        media_type=media_type,
        duration_ms=_length_ms(data) if is_film else None,
    )


def _length_ms(data: bytes) -> int:
    """Raises IndexError for what is no film."""
    times = picture_times(data)
    return round((times[-1] + times[1] - times[0]) * 1000)


def _read(file: Path) -> str:
    try:
        return str(json.loads(file.read_bytes())["deviceId"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
