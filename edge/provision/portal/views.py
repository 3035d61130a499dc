"""A network as the portal's pages show it."""

from dataclasses import dataclass

from edge.provision.network import names
from edge.provision.network.facts import Network, Security, Wifi
from edge.provision.portal.choice import ChoiceError, checked_password

WORDS = ((75, "very good"), (50, "good"), (25, "weak"), (0, "very weak"))
IMPOSSIBLE = {
    Security.ENTERPRISE: "wants a user name: not possible from here",
    Security.WEP: "its protection is broken: not possible",
}


@dataclass(frozen=True, slots=True)
class NetworkView:
    network: Network
    name: str
    key: str
    bars: int
    """1 to 4."""
    words: str
    needs_password: bool
    can_join: bool

    def wifi(self, password: str) -> Wifi:
        """Raises ChoiceError."""
        if not self.can_join:
            raise ChoiceError(f"“{self.name}” {IMPOSSIBLE[self.network.security]}.")
        if self.needs_password and not password:
            raise ChoiceError("This network has a password: type it.", self.network)
        password = checked_password(password, self.network) if self.needs_password else ""
        return Wifi(self.network.ssid, password, security=self.network.security)


def view(network: Network) -> NetworkView:
    least, word = next((least, word) for least, word in WORDS if network.strength >= least)
    band = ", 5 GHz" if network.is_5_ghz else ""
    why_not = IMPOSSIBLE.get(network.security)
    lock = ", no password" if network.security is Security.OPEN else ""
    return NetworkView(
        network,
        names.shown(network.ssid),
        names.key(network.ssid),
        least // 25 + 1,
        why_not or f"{word} signal{band}{lock}",
        network.security is not Security.OPEN,
        why_not is None,
    )
