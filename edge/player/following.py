"""What the other processes left for the player: the manifest, its files, the pairing state.

`Follower.look` reads it all once and answers a value; `edge.player.watch` does that again and again.
"""

import contextlib
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from edge.files import write_durably
from edge.paths import DevicePaths
from edge.player import assets
from edge.player.cards.network import hotspot_to_announce
from edge.player.cards.stick import stick_badge
from edge.player.outlook import Outlook
from edge.player.safe_mode import SafeMode
from edge.player.show.sequencer import Sequencer
from edge.player.welcome import Greeting, on_screen
from edge.status import CacheStatus, DoorStatus, NetworkStatus, PairingStatus, Problem, read_status
from vizora.errors import PublisherError, TrustError
from vizora.identifiers import ContentId, KeyId
from vizora.manifest import codec, stored, trust
from vizora.manifest.model import Key, Manifest
from vizora.schedule.evaluate import plan


class Follower:
    def __init__(
        self,
        paths: DevicePaths,
        now: Callable[[], datetime],
        no_web: str = "",
        welcome: Sequencer | None = None,
        safe_mode: SafeMode | None = None,
    ) -> None:
        """`welcome`: what a screen shows that was just added and has nothing of its own yet. `safe_mode`: one that has
        not begun, and so leaves nothing out, where none is given."""
        self._paths = paths
        self._welcome = welcome
        self._greeting = Greeting(paths)
        self._now = now
        self._no_web = no_web
        self._safe_mode = safe_mode or SafeMode(paths)
        self._sequencer: Sequencer | None = None
        self._seen: object = None
        self._highest: tuple[int, KeyId | None] | None = None
        """The version that is followed, and the key that signed it."""
        self._stamps: dict[ContentId, assets.Stamp] = {}
        self._problem: Problem | None = None

    def look(self) -> Outlook:
        """Never raises for what others wrote: what can't be understood is not known yet."""
        credentials = _json(self._paths.credentials)
        self._safe_mode.look()
        self._follow_manifest(credentials)
        sequencer = self._programme(str(credentials.get("deviceId", "")))
        manifest = None if sequencer is None else sequencer.manifest
        checked = assets.AssetCheck({}, {}) if manifest is None else assets.check(manifest, self._paths, self._no_web)
        fresh = frozenset(c for c, stamp in checked.stamps.items() if self._stamps.get(c, stamp) != stamp)
        # also what is away for now: it comes back as another one
        known = frozenset() if manifest is None else frozenset(manifest.assets)
        self._stamps = {c: stamp for c, stamp in (self._stamps | checked.stamps).items() if c in known}
        network = read_status(self._paths.network_status, NetworkStatus)
        cache = read_status(self._paths.cache_status, CacheStatus)
        return Outlook(
            sequencer=sequencer,
            missing=checked.missing | self._safe_mode.left_out(manifest),
            fresh=fresh,
            paired=bool(credentials.get("deviceId")),
            device_id=str(credentials.get("deviceId", "")),
            nickname=str(credentials.get("nickname") or ""),
            provision=read_status(self._paths.pairing_status, PairingStatus),
            cache=cache,
            door=self._door(),
            network=network,
            hotspot=hotspot_to_announce(network, self._now()),
            stick=stick_badge(cache, self._now()),
            problem=self._problem or self._safe_mode.problem(manifest),
        )

    def _programme(self, device_id: str) -> Sequencer | None:
        """The manifest's, or the welcome. None in the safe mode that trusts none."""
        if self._safe_mode.is_plain:
            return None
        own = self._sequencer
        if self._welcome is None or not self._greeting.is_due(device_id, None if own is None else own.manifest):
            return own
        if own is not None and self._welcome.manifest.screen != own.manifest.screen:
            self._welcome = on_screen(self._welcome, own.manifest.screen)
        return self._welcome

    def _door(self) -> DoorStatus | None:
        """A file that outlived its service says until when it meant it."""
        door = read_status(self._paths.door_status, DoorStatus)
        return door if door is not None and self._now() < door.until else None

    def _follow_manifest(self, credentials: dict[str, Any]) -> None:
        device_id = credentials.get("deviceId")
        if self._sequencer is not None and device_id and self._sequencer.manifest.device_id != device_id:
            self._sequencer, self._highest = None, None  # paired anew: nothing of the old screen is shown again
        try:
            status = self._paths.current_manifest.stat()
        except OSError:
            return
        seen = (status.st_ino, status.st_size, status.st_mtime_ns, credentials.get("deviceId"))
        if seen == self._seen:
            return
        try:
            data = self._paths.current_manifest.read_bytes()
            if not self._safe_mode.allows(data):
                return  # not seen: it may be read when the safe mode ends
            manifest, key_id = self._accepted(data, credentials)
        except (PublisherError, TrustError) as error:
            self._problem = Problem(code="VZ-120", sentence=f"The last published programme was refused: {error}")
        except OSError as error:
            self._problem = Problem(
                code="VZ-112", sentence=f"The programme can't be read from the card: {error.strerror}"
            )
            return
        else:
            if self._sequencer is None or self._sequencer.manifest != manifest:
                self._sequencer = Sequencer(plan(manifest), manifest)
            self._highest, self._problem = (manifest.version, key_id), None
        self._seen = seen

    def _accepted(self, data: bytes, credentials: dict[str, Any]) -> tuple[Manifest, KeyId | None]:
        """And the key that signed it; None: nothing is paired, so nothing is checked."""
        signature, body = stored.unpack(data)
        if not credentials:
            return codec.decode(body), None
        if signature is None:
            raise TrustError("the stored manifest carries no signature")
        keys = _keys(credentials.get("manifestKeys")) + self._learned_keys(credentials)
        version, key_id = self._highest or (None, None)
        accepted = trust.accept(
            body,
            signature,
            keys=keys,
            device_id=str(credentials.get("deviceId", "")),
            highest_version=version,
            highest_key_id=key_id,
            now=self._now(),
        )
        if set(accepted.keys) - set(keys):
            self._learn(accepted.keys, accepted.manifest.device_id)
        return accepted.manifest, accepted.key_id

    @property
    def _learned(self) -> Path:
        return self._paths.plays.parent / "keys.json"

    def _learned_keys(self, credentials: dict[str, Any]) -> tuple[Key, ...]:
        """From manifests seen here, and from those only the cache saw: a newer one may have taken their place."""
        found: tuple[Key, ...] = ()
        for file in (self._learned, self._paths.trusted_keys):
            learned = _json(file)
            if learned.get("deviceId") == credentials.get("deviceId"):
                found += _keys(learned.get("keys"))
        return found

    def _learn(self, keys: tuple[Key, ...], device_id: str) -> None:
        """Remembers the keys trusted from now on, so that a rotation outlives a restart of the player."""
        with contextlib.suppress(OSError):
            self._learned.parent.mkdir(parents=True, exist_ok=True)
            write_durably(self._learned, msgspec.json.encode({"deviceId": device_id, "keys": keys}))


def _json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def _keys(raw: object) -> tuple[Key, ...]:
    try:
        return msgspec.convert(raw or [], tuple[Key, ...])
    except msgspec.ValidationError:
        return ()
