"""Everything the player knows of the outside, as one value."""

from dataclasses import dataclass, field
from datetime import datetime

from edge.player.cards.cards import Card, pairing_card, waiting_card
from edge.player.cards.network import network_card
from edge.player.show.sequencer import Sequencer
from edge.status import CacheStatus, DoorStatus, Hotspot, NetworkStatus, PairingState, PairingStatus, Problem
from vizora.identifiers import ContentId

PAIRING_STATES = (PairingState.UNPAIRED, PairingState.STARTING, PairingState.WAITING)


@dataclass(frozen=True, slots=True)
class Outlook:
    """The same `sequencer` object means the same manifest."""

    sequencer: Sequencer | None = None
    missing: dict[ContentId, str] = field(default_factory=dict)
    fresh: frozenset[ContentId] = frozenset()
    """Content whose file is another one than at the last look."""
    paired: bool = False
    device_id: str = ""
    nickname: str = ""
    provision: PairingStatus | None = None
    cache: CacheStatus | None = None
    door: DoorStatus | None = None
    """While the diagnostics page is open: the number and address to show."""
    network: NetworkStatus | None = None
    hotspot: Hotspot | None = None
    """While it is to be laid over the picture."""
    stick: tuple[str, str] | None = None
    """What to lay over the picture about a USB stick, title and text."""
    problem: Problem | None = None

    def card(self, now: datetime) -> Card | None:
        """What to show instead of content; None when there is content to follow."""
        pairing = self.provision is not None and self.provision.state in PAIRING_STATES and not self.paired
        if self.sequencer is not None and not pairing:
            return None
        of_network = network_card(self.network, self.provision)
        if of_network is not None:
            return of_network
        if self.provision is not None and (not self.paired or self._just_paired()):
            return pairing_card(self.provision, now)
        return waiting_card(self.cache, self.problem, self.provision.problem if self.provision else None)

    def _just_paired(self) -> bool:
        """Paired, and the cache has not begun to fetch: time to say to whom this screen belongs now."""
        assert self.provision is not None
        return self.provision.state is PairingState.PAIRED and (self.cache is None or self.cache.wanted is None)
