"""What stands behind the portal in tests: networks, some named to do harm; and what was asked for."""

from dataclasses import dataclass, field

from edge.provision.network.facts import Network, Security, Wifi
from edge.provision.network.names import Ssid
from edge.status import Problem

SHOP = Network(Ssid(b"Shop"), 82, Security.WPA)
MARKUP = b'"><img src=x onerror=a()>&{{7*7}}'[:32]
NETWORKS = (
    SHOP,
    Network(Ssid("Café Münster".encode()), 71, Security.WPA3, is_5_ghz=True),
    Network(Ssid(b"Guests"), 55, Security.OPEN),
    Network(Ssid(MARKUP), 51, Security.WPA),
    Network(Ssid(b"\xff\xfe\x00\x1b[2J" * 4), 40, Security.WPA),
    Network(Ssid("\u202egnihsihp\u2028".encode()), 33, Security.WPA),
    Network(Ssid(b"Firm"), 30, Security.ENTERPRISE),
    Network(Ssid(b"Old"), 9, Security.WEP),
    Network(Ssid(b"W" * 32), 4, Security.WPA),
)


@dataclass
class FakeSetting:
    networks: tuple[Network, ...] = NETWORKS
    problem: Problem | None = None
    country: str | None = "CH"
    chosen: list[Wifi] = field(default_factory=list)
    scans: int = 0
    looks: int = 0
    can_keep: bool = True

    def used(self) -> None:
        self.looks += 1

    async def choose_country(self, code: str) -> None:
        if not self.can_keep:
            raise OSError(28, "No space left on device")
        self.country = code

    async def choose(self, wifi: Wifi) -> None:
        self.chosen.append(wifi)

    async def scan_again(self) -> None:
        self.scans += 1
