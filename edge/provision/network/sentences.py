"""The sentences of VZ-101 to VZ-103 and VZ-115; those of names, sign-in pages, clock and cloud are `edge.problems`'."""

from edge.provision.network.facts import Failure
from edge.provision.network.names import shown
from edge.status import Problem

SIGN_IN = "VZ-104"


def no_network(*, has_radio: bool, knows_wifi: bool) -> Problem:
    if not has_radio:
        return Problem("VZ-101", "No network cable is plugged in, and this device has no Wi-Fi.")
    if knows_wifi:
        return Problem("VZ-101", "No network cable is plugged in, and the Wi-Fi this screen knows is not in reach.")
    return Problem("VZ-101", "No network cable is plugged in, and no Wi-Fi is set up.")


def no_address_by_cable() -> Problem:
    return Problem("VZ-102", "The network cable is plugged in, but the network gives no address (DHCP).")


def not_joined(failure: Failure, ssid: bytes | None) -> Problem:
    """`ssid` None: an attempt so short that its name was not seen."""
    name = "The Wi-Fi this screen knows" if ssid is None else f"“{shown(ssid)}”"
    match failure:
        case Failure.PASSWORD:
            return Problem("VZ-103", f"{name} refused the password.")
        case Failure.NO_ADDRESS:
            return Problem("VZ-102", f"{name} let this screen in, but gave no address (DHCP).")
        case Failure.NOT_FOUND:
            return Problem("VZ-115", f"{name} is not in reach of this screen.")
        case Failure.OTHER:
            return Problem("VZ-115", f"{name} could not be joined: it did not answer in time.")
