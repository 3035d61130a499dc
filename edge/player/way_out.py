"""The way out of a pairing at the screen itself (ADR 11): for a minute it names who added it."""

from datetime import datetime

from edge.status import PairingState, PairingStatus


def announced(pairing: PairingStatus | None, now: datetime) -> str:
    """The organization this screen was just added to, while somebody before it may take it back; else empty."""
    if pairing is None or pairing.state is not PairingState.PAIRED or pairing.announced_until is None:
        return ""
    return (pairing.organization_name or "an organization") if now < pairing.announced_until else ""
