"""What Raspberry Pi Imager writes for an image of ours: `network-config` (netplan's form) and `user-data`.

Of those we take Wi-Fi, country, host name and time zone. What Imager offers besides (users, SSH, keyboards, packages)
has no place on a screen and is stepped over; anything else is named.
"""

from dataclasses import replace

from edge.provision.network.facts import Wifi
from edge.provision.network.names import shown
from edge.provision.setup import model
from edge.provision.setup.model import Fault, Setup
from edge.provision.setup.yaml_lines import Entry, entries

NETWORK, USER = "network-config", "user-data"
STEPPED_OVER = {
    "manage_etc_hosts", "manage_resolv_conf", "packages", "package_update", "package_upgrade", "apt", "keyboard",
    "locale", "users", "user", "enable_ssh", "ssh_pwauth", "ssh_authorized_keys", "rpi", "runcmd", "bootcmd",
    "write_files", "chpasswd", "disable_root", "power_state", "preserve_hostname", "fqdn",
}  # fmt: skip
"""Sections of user-data that are nothing for a screen."""
_TRUE, _FALSE = ("true", "yes", "on"), ("false", "no", "off")


def read_user_data(text: str) -> tuple[Setup, tuple[Fault, ...]]:
    setup, faults = Setup(), list[Fault]()
    for entry in entries(text):
        section = entry.path[0] if entry.path else ""
        if section in STEPPED_OVER:
            continue
        try:
            if entry.path == ("hostname",):
                setup = replace(setup, hostname=model.a_hostname(_text(entry)))
            elif entry.path == ("timezone",):
                setup = replace(setup, timezone=model.a_timezone(_text(entry)))
            elif entry.fault:
                raise ValueError(entry.fault)
            elif len(entry.path) == 1:
                raise ValueError("is nothing a screen takes; allowed: hostname, timezone")
        except ValueError as error:
            faults.append(_fault(USER, entry, error))
    return setup, tuple(faults)


def read_network_config(text: str) -> tuple[Setup, tuple[Fault, ...]]:
    """The first access point of the first Wi-Fi interface; others are named."""
    reading = _Network()
    for entry in entries(text):
        try:
            reading.take(entry)
        except ValueError as error:
            reading.faults.append(_fault(NETWORK, entry, error))
    return reading.setup(), tuple(reading.faults)


class _Network:
    """`network: / wifis: / wlan0: / access-points: / NAME: / password:`, with or without the outermost key."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._country: str | None = None
        self._point: tuple[str, ...] = ()
        self._wifi: Wifi | None = None
        self._is_broken = False

    def setup(self) -> Setup:
        return Setup(wifi=None if self._is_broken else self._wifi, country=self._country)

    def take(self, entry: Entry) -> None:
        """Raises ValueError for what is none of ours."""
        match entry.path[1:] if entry.path[:1] == ("network",) else entry.path:
            case () | ("wifis" | "version" | "renderer",) | ("wifis", _) | ("wifis", _, "access-points"):
                _without_fault(entry)
            case ("wifis", _, "regulatory-domain"):
                self._country = model.a_country(_text(entry))
            case ("wifis", _, "access-points", name):
                self._begin(entry, name)
            case ("wifis", _, "access-points", _, key, *deeper):
                self._of_point(entry, key, tuple(deeper))
            case ("wifis" | "ethernets", _, "dhcp4" | "dhcp6") if not entry.fault and _flag(entry):
                pass
            case ("ethernets", *_) if len(entry.path) < 4 and not entry.fault:
                pass
            case ("wifis" | "ethernets", _, "optional"):
                pass
            case _:
                raise ValueError(entry.fault or "is nothing a screen takes; addresses come by DHCP, Wi-Fi by password")

    def _begin(self, entry: Entry, name: str) -> None:
        _without_fault(entry)
        if self._point:
            raise ValueError("is a second network; the first one counts")
        self._point = entry.path
        self._wifi = Wifi(model.an_ssid(name))

    def _of_point(self, entry: Entry, key: str, deeper: tuple[str, ...]) -> None:
        if entry.path[: len(self._point)] != self._point or self._wifi is None:
            return
        try:
            match (key, *deeper):
                case ("password",) | ("auth", "password"):
                    self._wifi = replace(self._wifi, password=model.a_password(_text(entry, empty=True)))
                case ("hidden",):
                    self._wifi = replace(self._wifi, hidden=_flag(entry))
                case ("auth",):
                    _without_fault(entry)
                case ("auth", "key-management") if _text(entry) in ("psk", "sae", "none"):
                    pass
                case _:
                    raise ValueError(entry.fault or "is nothing a screen takes; allowed: password, hidden")
        except ValueError:
            self._is_broken = True  # joined without it, the network would refuse, and nobody would know why
            raise


def _text(entry: Entry, *, empty: bool = False) -> str:
    _without_fault(entry)
    if not entry.value and not empty:
        raise ValueError("says nothing; allowed: a value on the same line")
    return entry.value or ""


def _flag(entry: Entry) -> bool:
    word = _text(entry).lower()
    if word not in _TRUE + _FALSE:
        raise ValueError("is neither true nor false")
    return word in _TRUE


def _without_fault(entry: Entry) -> None:
    if entry.fault:
        raise ValueError(entry.fault)


def _fault(file: str, entry: Entry, error: ValueError) -> Fault:
    name = entry.path[-1] if entry.path else "this"
    return Fault(file, entry.line, f"{shown(name.encode())} {error}")
