"""What the device's processes tell each other in the run folder (docs/reference/device-files.md), as values."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from vizora.identifiers import ContentId
from vizora.manifest.model import Value

_V = TypeVar("_V", bound=Value)


class Problem(Value, frozen=True):
    """A fault in a sentence a person standing before the screen can act on, and its code (`VZ-107`)."""

    code: str
    sentence: str


class PairingState(StrEnum):
    UNPAIRED = "unpaired"
    STARTING = "starting"
    WAITING = "waiting"
    PAIRED = "paired"
    FAILED = "failed"


class PairingStatus(Value, frozen=True):
    """`provision.json`: what the pairing screen shows."""

    state: PairingState
    at: datetime
    cloud_url: str
    user_code: str | None = None
    verification_uri: str | None = None
    verification_uri_complete: str | None = None
    """The QR code's content."""
    expires_at: datetime | None = None
    organization_name: str | None = None
    confirmation: str | None = None
    """The number to type into the cloud when somebody claims the screen by its code alone."""
    announced_until: datetime | None = None
    """While a screen that was just added says to whom, and may be taken back by whoever stands before it."""
    problem: Problem | None = None


SETUP_MISTAKE, WRONG_SETTING = "VZ-116", "VZ-117"
SAFE_MODE = "VZ-121"
LEFT_OUT = "left out: the player ended again and again while it was on, or about to be"
"""The reason why the safe mode doesn't show it."""
MISTAKES = (SETUP_MISTAKE, WRONG_SETTING)
"""The codes of problems that are in nobody's way as long as there is anything else to show."""


class SetupKept(Value, frozen=True):
    """`setup/kept.json`: what the setup files of the boot partition left, and what was wrong in them."""

    digest: str = ""
    """Of the files, without their secrets: the same ones are not taken again."""
    hostname: str | None = None
    timezone: str | None = None
    country: str | None = None
    """ISO 3166: which Wi-Fi channels may be used."""
    faults: tuple[str, ...] = ()


class NetworkState(StrEnum):
    LOOKING = "looking"
    SCANNING = "scanning"
    OFFERING = "offering"
    JOINING = "joining"
    ONLINE = "online"


class Hotspot(Value, frozen=True):
    """The Wi-Fi this screen offers so that a phone can set it up."""

    name: str
    password: str
    address: str
    """What to type when the page doesn't open by itself."""
    link: str
    """The QR code's content, by which a phone joins."""
    announced_until: datetime
    """So long it is laid over content too: somebody may have started the device for it."""


class NetworkStatus(Value, frozen=True):
    """`network/network.json`: how this device gets to the network, or why it doesn't."""

    at: datetime
    state: NetworkState
    network: str | None = None
    """The Wi-Fi's name, fit to be shown."""
    problem: Problem | None = None
    hotspot: Hotspot | None = None


class CacheState(StrEnum):
    UNPAIRED = "unpaired"
    IDLE = "idle"
    FETCHING = "fetching"
    OFFLINE = "offline"
    REFUSED = "refused"
    BLOCKED = "blocked"
    REVOKED = "revoked"


class Wanted(Value, frozen=True):
    """A manifest that waits for its assets."""

    version: int
    assets: int
    assets_ready: int
    bytes: int
    bytes_ready: int


class StickOutcome(StrEnum):
    COPYING = "copying"
    TAKEN = "taken"
    NOTHING_NEW = "nothing-new"
    OTHERS = "others"
    """It has content for other screens only."""
    REFUSED = "refused"
    NO_SPACE = "no-space"
    FAILED = "failed"


class StickStatus(Value, frozen=True):
    """What became of the last USB stick with content (`vizora usb import`)."""

    at: datetime
    outcome: StickOutcome
    sentence: str
    version: int | None = None
    """Of the manifest on it."""
    files: int = 0
    """That were missing here."""
    files_ready: int = 0
    bytes: int = 0
    bytes_ready: int = 0


class CacheStatus(Value, frozen=True):
    """`cache.json`."""

    at: datetime
    state: CacheState
    manifest_version: int | None = None
    wanted: Wanted | None = None
    last_contact_at: datetime | None = None
    stale: bool = False
    problem: Problem | None = None
    plays_waiting: int = 0
    plays_dropped: int = 0
    plays_refused: int = 0
    disk_free: int | None = None
    paired_at: datetime | None = None
    """Which pairing this is about (`pairedAt` of the credentials in use)."""
    stick: StickStatus | None = None
    """The last one since the cache was started."""


class UpdateStatus(Value, frozen=True):
    """`update.json`, written by confirm-boot: how this start of the system went."""

    at: datetime
    slot: str
    primary: str
    version: str
    state: str
    """waiting | confirmed | restarting | unconfirmed"""
    fell_back: bool
    """This start came into another slot than the one that should have started."""
    data: str
    board: str = ""


class PlayerStatus(Value, frozen=True):
    """`player.json`, as far as others use it; the rest passes through unread."""

    boot_id: str
    at: str
    state: str = ""
    answer: dict[str, Any] | None = None
    shown: tuple[dict[str, Any], ...] = ()
    problem: Problem | None = None
    unplayable: dict[ContentId, str] = msgspec.field(default_factory=dict)
    clock: str = ""
    frames: int = 0
    held_ms: int = 0
    """How long pictures were held because the due one wasn't ready."""
    plays_waiting: int = 0


class DoorStatus(Value, frozen=True):
    """`diagnostics.json`: while the diagnostics page is open, what the screen has to show for it."""

    at: datetime
    pin: str
    """Eight digits: whoever reads them off the glass may look."""
    addresses: tuple[str, ...]
    """What to type into a browser, as in `http://192.168.1.20:8088`."""
    until: datetime


def read_status(path: Path, kind: type[_V]) -> _V | None:
    """What another process left at `path`; None when it is missing, half or foreign: not known yet."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, ValueError):
        return None
