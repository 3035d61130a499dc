"""What can be wrong with a screen, by name (docs/reference/findings.md describes each)."""

from collections.abc import Callable, Iterator
from enum import StrEnum

from edge.diagnostics.facts import Facts
from vizora.manifest.model import Value


class Severity(StrEnum):
    FAULT = "fault"
    """The screen doesn't do its work, or will soon stop doing it."""
    WARNING = "warning"
    """It does, and somebody should see to this."""
    NOTE = "note"
    """Nothing is wrong; it explains what is seen."""


class Cause(StrEnum):
    """Never renamed: programs and people look for these."""

    SETTINGS_WRONG = "settings-wrong"
    UNDER_VOLTAGE = "under-voltage"
    UNDER_VOLTAGE_SINCE_BOOT = "under-voltage-since-boot"
    TOO_HOT = "too-hot"
    MEMORY_LOW = "memory-low"
    DISK_FULL = "disk-full"
    DISK_READ_ONLY = "disk-read-only"
    DISK_FAILING = "disk-failing"
    DISK_FORBIDDEN = "disk-forbidden"
    FILE_SYSTEM_ERRORS = "file-system-errors"
    DISK_WORN = "disk-worn"
    DISPLAY_UNPLUGGED = "display-unplugged"
    DISPLAY_OFF = "display-off"
    NO_DISPLAY = "no-display"
    PLAYER_DEAD = "player-dead"
    PLAYER_HUNG = "player-hung"
    SAFE_MODE = "safe-mode"
    CACHE_DEAD = "cache-dead"
    CACHE_HUNG = "cache-hung"
    PROVISION_DEAD = "provision-dead"
    NO_LINK = "no-link"
    NO_ADDRESS = "no-address"
    WIFI_PASSWORD = "wifi-password"  # noqa: S105
    WIFI_NOT_JOINED = "wifi-not-joined"
    DUPLICATE_ADDRESS = "duplicate-address"
    NO_ROUTE = "no-route"
    GATEWAY_SILENT = "gateway-silent"
    RESOLVER_SILENT = "resolver-silent"
    NAME_UNKNOWN = "name-unknown"
    PROXY_DOWN = "proxy-down"
    PROXY_PASSWORD = "proxy-password"  # noqa: S105
    SIGN_IN_PAGE = "sign-in-page"
    CLOUD_REFUSES = "cloud-refuses"
    CLOUD_SILENT = "cloud-silent"
    SMALL_PACKETS_ONLY = "small-packets-only"
    CONNECTION_CUT = "connection-cut"
    CLOCK_WRONG = "clock-wrong"
    CERTIFICATE_DATES = "certificate-dates"
    CERTIFICATE_NAME = "certificate-name"
    CERTIFICATE_ISSUER = "certificate-issuer"
    NO_TLS = "no-tls"
    CLOUD_FAILING = "cloud-failing"
    CLOUD_UNREACHABLE = "cloud-unreachable"
    REMOVED = "removed"
    PAIRING_FAILED = "pairing-failed"
    NOT_PAIRED = "not-paired"
    MANIFEST_REFUSED = "manifest-refused"
    MANIFEST_UNREADABLE = "manifest-unreadable"
    NO_MANIFEST = "no-manifest"
    ASSET_DAMAGED = "asset-damaged"
    ASSET_MISSING = "asset-missing"
    DECODER_FAILING = "decoder-failing"
    NOT_SUPPORTED = "not-supported"
    MANIFEST_STALE = "manifest-stale"
    NTP_BLOCKED = "ntp-blocked"
    CLOCK_UNTRUSTED = "clock-untrusted"
    PLAYS_LOST = "plays-lost"
    NOTHING_SCHEDULED = "nothing-scheduled"


class Finding(Value, frozen=True):
    cause: Cause
    severity: Severity
    sentence: str
    """One line that names the cause."""
    advice: str
    """What a person can do about it."""
    code: str | None = None
    """What the screen itself shows for this, as VZ-107."""


Rule = Callable[[Facts], Iterator[Finding]]


def fault(cause: Cause, sentence: str, advice: str, code: str | None = None) -> Finding:
    return Finding(cause, Severity.FAULT, sentence, advice, code)


def warning(cause: Cause, sentence: str, advice: str, code: str | None = None) -> Finding:
    return Finding(cause, Severity.WARNING, sentence, advice, code)


def note(cause: Cause, sentence: str, advice: str) -> Finding:
    return Finding(cause, Severity.NOTE, sentence, advice)
