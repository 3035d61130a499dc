"""What a device and the cloud say to each other (CONTRACT sections 3 and 4). Both sides read and write these."""

from enum import StrEnum

from vizora.identifiers import DeviceId
from vizora.manifest.model import Instant, Key, Value
from vizora.plays import Play

MAX_PLAYS_A_REQUEST = 500
MAX_LOG_LINES = 500
MAX_LOG_CHARACTERS = 2000


class PairingRequest(Value, frozen=True):
    device_identifier: str
    public_key: str
    """The 32 bytes of the device's Ed25519 public key, base64."""
    model: str = ""
    resolution: str = ""
    """As in `1920x1080`."""
    software_version: str = ""


class PairingStarted(Value, frozen=True):
    device_code: str
    """The polling secret (256 bits); never on the screen."""
    user_code: str
    verification_uri: str
    verification_uri_complete: str
    expires_in: int
    """Seconds."""
    interval: int
    """Seconds between polls."""


class TokenRequest(Value, frozen=True):
    device_code: str


class RedeemRequest(Value, frozen=True):
    """A code an admin made beforehand, and the device that brings it."""

    code: str
    device_identifier: str
    public_key: str
    model: str = ""
    resolution: str = ""
    software_version: str = ""


class PairedDevice(Value, frozen=True):
    id: DeviceId
    nickname: str = ""
    organization_id: str = ""
    organization_name: str = ""
    time_zone: str = "UTC"


class DeviceSettings(Value, frozen=True):
    heartbeat_interval: int = 15_000
    """Milliseconds (historic name)."""
    cache_size: int = 524_288_000
    """Bytes."""
    auto_update: bool = True


class Paired(Value, frozen=True):
    device_token: str
    device: PairedDevice
    socket_url: str
    config: DeviceSettings
    manifest_keys: tuple[Key, ...]


class PlaysReport(Value, frozen=True):
    events: tuple[Play, ...]


class PlaysAccepted(Value, frozen=True):
    accepted_through: int | None = None
    """The highest `n` of the report that is now counted; the events up to it may be forgotten."""


class LogLevel(StrEnum):
    """From what matters least to what matters most."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogLine(Value, frozen=True):
    at: Instant
    message: str
    level: LogLevel = LogLevel.INFO
    source: str = ""
    """Which part of the screen says it."""


class LogReport(Value, frozen=True):
    lines: tuple[LogLine, ...]


class UpdateOffer(Value, frozen=True):
    """The system this screen is to install now."""

    version: str
    sha256: str
    size: int


class Outcome(StrEnum):
    """What became of an update that the cloud offered."""

    TAKEN = "taken"
    """Handed over to be installed; how it goes is not known yet."""
    WORKS = "works"
    """It runs and has shown frames."""
    FELL_BACK = "fell-back"
    """It was started, and the system before it runs again."""
    REFUSED = "refused"
    """It was not installed: another signer, another board, damaged."""
    CUT_OFF = "cut-off"
    """The power went while it was written: it counts as never tried."""


class Attempt(Value, frozen=True):
    version: str
    outcome: Outcome
    why: str = ""


class UpdateReport(Value, frozen=True):
    """A heartbeat's `update`: the system that runs, and the last one that the cloud offered."""

    board: str
    version: str
    slot: str
    state: str
    """As in `update.json`: waiting, confirmed, restarting, unconfirmed."""
    fell_back: bool = False
    doing: str = ""
    """Why nothing comes of an offer yet, in a sentence; or that it is being fetched."""
    attempt: Attempt | None = None


SIGNATURE_HEADER = "Vizora-Signature"
"""`ed25519;<keyId>;<base64>` over the exact bytes of the body."""
HANDOVER_HEADER = "Vizora-Key-Handover"
"""How older signing keys lead to the one that signed (`vizora.manifest.handover`); only where keys were replaced."""
