"""What a setup file may say, and what is wrong with it. Values that came through here are good to use."""

import re
from dataclasses import dataclass, field

from edge.provision.network.facts import Wifi
from edge.provision.network.names import Ssid, fault_of_password, fault_of_ssid
from vizora.schedule.zones import zone_names

COUNTRY = re.compile(r"[A-Z]{2}")
HOSTNAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class Fault:
    """A mistake in a file of the boot partition, for whoever wrote it. Never repeats a secret."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.text}"


@dataclass(frozen=True, slots=True)
class Setup:
    """What was understood; None, or nothing: the file doesn't say."""

    cloud_url: str | None = None
    pairing_code: str | None = field(default=None, repr=False)
    wifi: Wifi | None = None
    country: str | None = None
    hostname: str | None = None
    timezone: str | None = None


def merged(first: Setup, second: Setup) -> Setup:
    """`first` counts where both say something."""
    return Setup(
        first.cloud_url or second.cloud_url,
        first.pairing_code or second.pairing_code,
        first.wifi or second.wifi,
        first.country or second.country,
        first.hostname or second.hostname,
        first.timezone or second.timezone,
    )


# Each answers the value to use, or raises ValueError: "is …; allowed: …"
def an_ssid(text: str) -> Ssid:
    fault = fault_of_ssid(text.encode())
    if fault:
        raise ValueError(fault)
    return Ssid(text.encode())


def a_password(text: str) -> str:
    fault = fault_of_password(text)
    if fault:
        raise ValueError(fault)
    return text


def a_country(text: str) -> str:
    if not COUNTRY.fullmatch(text.upper()):
        raise ValueError("is no country; allowed: two letters of ISO 3166, as in CH")
    return text.upper()


def a_hostname(text: str) -> str:
    if not HOSTNAME.fullmatch(text):
        raise ValueError("is no host name; allowed: 1 to 63 letters, digits and dashes, no dash at either end")
    return text.lower()


def a_timezone(text: str) -> str:
    if text not in zone_names():
        raise ValueError("is no time zone; allowed: a name of the IANA list, as in Europe/Zurich")
    return text
