"""What is known of the network at one look: values. `network_manager` finds them, `machine` decides by them."""

from dataclasses import dataclass, field
from enum import StrEnum

from edge.provision.network.names import Ssid
from edge.status import Problem


class Cable(StrEnum):
    NONE = "none"
    PLUGGED = "plugged"
    """Its other end answers, but there is no address yet."""
    ONLINE = "online"


class Radio(StrEnum):
    ABSENT = "absent"
    """No Wi-Fi in this device, or it is switched off in hardware."""
    IDLE = "idle"
    JOINING = "joining"
    ASKING = "asking"
    """Joined, and asking for an address."""
    ONLINE = "online"
    HOTSPOT = "hotspot"
    """It is a network itself."""


class Failure(StrEnum):
    """Why the last attempt to join came to nothing."""

    PASSWORD = "password"  # noqa: S105
    NOT_FOUND = "not found"
    NO_ADDRESS = "no address"
    OTHER = "other"


class Security(StrEnum):
    OPEN = "open"
    WPA = "wpa"
    """WPA or WPA2, WPA3 too where a network offers both."""
    WPA3 = "wpa3"
    """That alone."""
    ENTERPRISE = "enterprise"
    """With a user's name: not by the phone, only by a file of NetworkManager's."""
    WEP = "wep"
    """Broken for twenty years, and not joined."""


@dataclass(frozen=True, slots=True)
class Network:
    """A Wi-Fi network in reach, the strongest of its access points."""

    ssid: Ssid
    strength: int
    """0 to 100."""
    security: Security
    is_5_ghz: bool = False


@dataclass(frozen=True, slots=True)
class Wifi:
    """A network somebody wants this screen to join. An empty password: it has none."""

    ssid: Ssid
    password: str = field(default="", repr=False)
    hidden: bool = False
    security: Security = Security.WPA


@dataclass(frozen=True, slots=True)
class Seen:
    cable: Cable = Cable.NONE
    radio: Radio = Radio.ABSENT
    ssid: Ssid | None = None
    """Of the network that is joined or being joined."""
    failure: Failure | None = None
    """Of the last attempt, until the next one begins."""
    knows_wifi: bool = False
    """Whether there is a network it joins by itself."""
    networks: tuple[Network, ...] = ()
    """The strongest first."""
    scanned: int = 0
    """How many scans have ended; only differences mean something."""
    cloud: "CloudAnswer | None" = None
    """What the cloud said over this link, once it was asked."""
    portal_used_at: float | None = None
    """When a phone last looked at the portal's page, monotonic seconds."""


@dataclass(frozen=True, slots=True)
class CloudAnswer:
    """`problem` None: it was the cloud that answered."""

    at: float
    problem: Problem | None
