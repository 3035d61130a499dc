"""What is known about this device at one moment, as values. `gathering` fills them in; `findings` judges them.

None means "not known here", never "fine" and never "broken": a machine without a thermometer has no fever.
"""

from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from edge.status import CacheStatus, PairingStatus, PlayerStatus, Problem
from vizora.manifest.model import Value
from vizora.schedule.model import ClockTrust
from vizora.schedule.reasons import SourceKind


class Link(Value, frozen=True):
    """One network interface, loopback left out."""

    name: str
    is_wireless: bool
    has_carrier: bool
    addresses: tuple[str, ...] = ()
    """IPv4 and IPv6, without link-local ones."""
    mtu: int = 1500


class Network(Value, frozen=True):
    links: tuple[Link, ...] = ()
    gateway: str | None = None
    gateway_answers: bool | None = None
    """Whether the next hop tells its hardware address."""
    resolvers: tuple[str, ...] = ()
    proxy: str | None = None
    """Host and port, without any password."""
    duplicate: str | None = None
    """An address of ours that another machine uses as well."""


class WayIn(Value, frozen=True):
    """What the service that looks after the network says; where it runs."""

    is_online: bool
    problem: Problem | None = None
    hotspot: str | None = None
    """The name of the Wi-Fi this screen offers to a phone; its password stands on the glass alone."""


class End(StrEnum):
    """How the connectivity test ended: at the first thing that failed, or at the cloud."""

    REACHED = "reached"
    RESOLVER_SILENT = "resolver-silent"
    NAME_UNKNOWN = "name-unknown"
    NO_ROUTE = "no-route"
    REFUSED = "refused"
    SILENT = "silent"
    """No answer to the attempt to connect."""
    STALLED = "stalled"
    """Connected; then nothing comes."""
    SMALL_PACKETS_ONLY = "small-packets-only"
    CUT = "cut"
    PROXY_DOWN = "proxy-down"
    PROXY_PASSWORD = "proxy-password"  # noqa: S105
    CERTIFICATE_DATES = "certificate-dates"
    CERTIFICATE_NAME = "certificate-name"
    CERTIFICATE_ISSUER = "certificate-issuer"
    NO_TLS = "no-tls"
    PORTAL = "portal"
    SERVER_ERROR = "server-error"


class Probe(Value, frozen=True):
    """The connectivity test: name, connection, TLS, answer, in this order."""

    end: End
    detail: str = ""
    addresses: tuple[str, ...] = ()
    """What the cloud's name stands for."""
    cloud_time: datetime | None = None
    """What the far side says the time is. Anybody may have said so: good for a finding, not for setting a clock."""
    certificate_from: datetime | None = None
    certificate_until: datetime | None = None
    took_ms: int = 0


class ClockFacts(Value, frozen=True):
    trust: ClockTrust
    floor: datetime
    """It can't be earlier than this."""
    is_synchronised: bool
    """A time source steers the clock (NTP, or a clock with a battery)."""
    ntp_server: str | None = None
    ntp_answers: bool | None = None


class Canary(StrEnum):
    """What became of a small file that was written, synced and read back."""

    INTACT = "intact"
    FULL = "full"
    READ_ONLY = "read-only"
    FAILING = "failing"
    """An input/output error."""
    CHANGED = "changed"
    """It came back as other bytes than were written."""
    FORBIDDEN = "forbidden"


class Disk(Value, frozen=True):
    folder: str
    total: int | None = None
    free: int | None = None
    file_system: str | None = None
    canary: Canary | None = None
    ext4_errors: int | None = None
    """Faults the file system has met since it was made or last repaired."""
    wear_percent: int | None = None
    """eMMC: used share of its expected life, in steps of ten."""
    is_near_end: bool | None = None
    """eMMC: the spare blocks are running out."""


class Power(Value, frozen=True):
    """The Raspberry Pi firmware's word; None where there is none."""

    under_voltage: bool | None = None
    under_voltage_since_boot: bool | None = None
    is_throttled: bool | None = None
    was_throttled: bool | None = None


class Machine(Value, frozen=True):
    model: str = ""
    uptime_s: float | None = None
    temperature_c: float | None = None
    memory_percent: float | None = None
    cpu_percent: float | None = None
    power: Power = Power()


class Connector(Value, frozen=True):
    """A socket for a display, by the kernel's word."""

    name: str
    is_connected: bool
    is_on: bool | None = None


class Life(StrEnum):
    ANSWERS = "answers"
    BUSY = "busy"
    """Its socket takes the question, nobody answers."""
    GONE = "gone"


class Service(Value, frozen=True):
    life: Life
    status_age_s: float | None = None
    """How long ago it wrote its status file; None: there is none."""


class Content(Value, frozen=True):
    """The manifest that plays, and its files."""

    version: int | None = None
    issued_at: datetime | None = None
    fault: str | None = None
    """Why the stored manifest can't be used."""
    time_zone: str = "UTC"
    source: SourceKind = SourceKind.NONE
    source_name: str = ""
    next_change: datetime | None = None
    files: int = 0
    bytes: int = 0
    missing: tuple[str, ...] = ()
    """Titles of content whose file is not here or is of another size."""
    damaged: tuple[str, ...] = ()
    """Titles of content whose file has other bytes than it should."""
    hashed: int = 0
    """How many files were read and hashed for this."""
    unplayable: tuple[str, ...] = ()
    """`title: reason` as the player says, of pictures, films and documents whose files are here."""
    unsupported: tuple[str, ...] = ()
    """`title: reason` of content that has no file."""


class Facts(Value, frozen=True):
    at: datetime
    cloud_url: str
    is_paired: bool
    clock: ClockFacts
    disk: Disk
    player: Service
    cache: Service
    provision: Service
    network: Network = Network()
    probe: Probe | None = None
    """None: the test was not made."""
    machine: Machine = Machine()
    displays: tuple[Connector, ...] = ()
    content: Content = Content()
    pairing_status: PairingStatus | None = None
    cache_status: CacheStatus | None = None
    player_status: PlayerStatus | None = None
    way_in: WayIn | None = None
    wrong_settings: tuple[str, ...] = ()
    """Each with its file, line and what is allowed."""


def host(facts: Facts) -> str:
    """The cloud's host, with the port if it is a special one."""
    return urlsplit(facts.cloud_url).netloc


def name(facts: Facts) -> str:
    """What a name service is asked for."""
    return urlsplit(facts.cloud_url).hostname or ""
