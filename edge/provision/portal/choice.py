"""What a form of the portal may choose. Pure."""

from edge.provision.network.country import countries
from edge.provision.network.facts import Network, Wifi
from edge.provision.network.names import Ssid, fault_of_password, fault_of_ssid, from_key


class ChoiceError(ValueError):
    """The text is for whoever filled in the form; `network` is the one it was about, if any."""

    def __init__(self, text: str, network: Network | None = None) -> None:
        super().__init__(text)
        self.network = network


def one_of(networks: tuple[Network, ...], key: str) -> Network:
    """Raises ChoiceError."""
    ssid = from_key(key)
    found = next((network for network in networks if network.ssid == ssid), None)
    if found is None:
        raise ChoiceError("That network is not in the list any more. Choose one of these.")
    return found


def an_other(name: str, password: str) -> Wifi:
    """A network that doesn't tell its name. Raises ChoiceError."""
    ssid = name.encode()
    if fault_of_ssid(ssid):
        raise ChoiceError("A network’s name has 1 to 32 letters, fewer with accents.")
    return Wifi(Ssid(ssid), checked_password(password, None), hidden=True)


def checked_password(password: str, network: Network | None) -> str:
    """Raises ChoiceError before the radio is troubled: no network would take it."""
    fault = fault_of_password(password)
    if not fault:
        return password
    if len(password) < 8:
        raise ChoiceError("A Wi-Fi password has at least 8 characters.", network)
    raise ChoiceError("A Wi-Fi password has 8 to 63 letters, digits and signs, without accents.", network)


def a_country(code: str) -> str:
    """Raises ChoiceError."""
    if code not in countries():
        raise ChoiceError("Choose the country this screen is in.")
    return code
