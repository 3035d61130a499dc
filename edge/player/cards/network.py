"""What the screen says about its network, from `network.json`: how to set up Wi-Fi, and what came of it. Values."""

from datetime import datetime

from edge.player.cards.cards import Card, Message, Tone, WifiSetup, stuck
from edge.status import MISTAKES, Hotspot, NetworkState, NetworkStatus, PairingState, PairingStatus

TRYING = "This takes 20 seconds or so. If it doesn’t work, the reason comes here."


def network_card(network: NetworkStatus | None, provision: PairingStatus | None) -> Card | None:
    """The card for a screen without content; None when the network is not what it waits for."""
    if network is None or _has_code(provision):
        return None
    match network.state:
        case NetworkState.OFFERING if network.hotspot is not None:
            offered = network.hotspot
            return WifiSetup(offered.name, offered.password, offered.address, offered.link, network.problem)
        case NetworkState.OFFERING:
            return Message("Starting a Wi-Fi for your phone", "One moment, please.", Tone.BUSY, network.problem)
        case NetworkState.JOINING:
            return Message(f"Connecting to “{network.network}”", TRYING, Tone.BUSY)
        case NetworkState.SCANNING:
            return Message("Looking for Wi-Fi networks", "One moment, please.", Tone.BUSY, network.problem)
        case NetworkState.LOOKING if network.problem is None:
            return Message("Connecting to the network", "One moment, please.", Tone.BUSY)
    slate = stuck(network.problem)
    if slate is not None:
        return slate
    if network.network is not None and provision is not None and provision.state is PairingState.STARTING:
        return Message(f"Connected to “{network.network}”", "Getting a pairing code.", Tone.GOOD)
    return None


def _has_code(provision: PairingStatus | None) -> bool:
    """The cloud gave a code and answers: there is a network, whatever else is said of it."""
    if provision is None or provision.state is not PairingState.WAITING:
        return False
    return provision.problem is None or provision.problem.code in MISTAKES


def hotspot_to_announce(network: NetworkStatus | None, now: datetime) -> Hotspot | None:
    """The hotspot to lay over content: for a while after the start, when somebody may be there for it."""
    if network is None or network.hotspot is None or now >= network.hotspot.announced_until:
        return None
    return network.hotspot
