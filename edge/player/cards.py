"""What the screen says in words when there is no content to show: values. `drawing` makes pictures of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from edge.status import CacheStatus, PairingState, PairingStatus, Problem
from vizora.schedule.model import Answer, Outcome


class Tone(StrEnum):
    CALM = "calm"
    BUSY = "busy"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Message:
    title: str
    text: str
    tone: Tone = Tone.CALM
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Pairing:
    code: str
    address: str
    """What to type, without the scheme."""
    link: str
    """What the QR code says."""
    renews_in: str
    confirmation: str = ""
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class WifiSetup:
    """The hotspot through which a phone sets up this screen's network."""

    name: str
    password: str
    address: str
    link: str
    """What the QR code says."""
    problem: Problem | None = None


Card = Message | Pairing | WifiSetup

STARTING = Message("Starting", "One moment, please.", Tone.BUSY)
NO_MANIFEST = Message(
    "Waiting for content", "This screen is ready. Publish something to it and it appears here.", Tone.BUSY
)


def pairing_card(status: PairingStatus, now: datetime) -> Card:
    """The card for `provision.json`."""
    match status.state:
        case PairingState.WAITING if status.user_code:
            uri = status.verification_uri or ""
            return Pairing(
                code=status.user_code,
                address=uri.partition("://")[2] or uri,
                link=status.verification_uri_complete or uri,
                renews_in=_left(status.expires_at, now),
                confirmation=status.confirmation or "",
                problem=status.problem,
            )
        case PairingState.PAIRED:
            name = status.organization_name or "your organization"
            return Message(f"Added to {name}", "Content is on its way to this screen.", Tone.GOOD, status.problem)
        case PairingState.FAILED:
            return Message("Not connected yet", "This screen keeps trying by itself.", Tone.CALM, status.problem)
    return Message("Getting a pairing code", "This screen asks the cloud for one.", Tone.BUSY, status.problem)


def waiting_card(cache: CacheStatus | None, problem: Problem | None) -> Card:
    """A paired screen without a manifest yet."""
    text = NO_MANIFEST.text
    if cache is not None and cache.wanted is not None and cache.wanted.assets:
        text = f"Content is on its way: {cache.wanted.assets_ready} of {cache.wanted.assets} files are here."
    return Message(NO_MANIFEST.title, text, NO_MANIFEST.tone, problem or (cache.problem if cache else None))


def nothing_on_card(answer: Answer) -> Message:
    """Why no content is shown although there is a manifest."""
    skipped = [reason for reason in answer.why if reason.outcome is Outcome.SKIPPED]
    if skipped:
        return Message("Nothing can be shown right now", skipped[0].reason)
    if answer.next_change is not None:
        return Message("Nothing scheduled now", "The next programme starts by itself.")
    return Message("Nothing scheduled", "Give this screen a playlist or a schedule and it appears here.")


def _left(expires_at: datetime | None, now: datetime) -> str:
    """Minutes and seconds until then, as in 4:07; empty when unknown."""
    left = timedelta(-1) if expires_at is None else expires_at - now
    if not timedelta(0) <= left < timedelta(hours=1):
        return ""
    seconds = int(left.total_seconds())
    return f"{seconds // 60}:{seconds % 60:02d}"
