"""What the screen says in words when there is no content to show: values. `drawing` makes pictures of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from edge.status import CacheStatus, PairingState, PairingStatus, Problem
from vizora.schedule.model import Answer
from vizora.schedule.reasons import Outcome
from vizora.schedule.sentences import sentence


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


@dataclass(frozen=True, slots=True)
class Stuck:
    """A state this screen can't get out of by itself at once: what it is, and what happens next."""

    title: str
    problem: Problem
    next: str


Card = Message | Pairing | WifiSetup | Stuck

STATES: dict[str, tuple[str, str]] = {
    "VZ-101": ("No network", "Plug in a network cable, or set up Wi-Fi with your phone."),
    "VZ-102": ("The network gives no address", "This screen asks again every 10 seconds."),
    "VZ-103": ("Wi-Fi password refused", "Choose the network once more and type its password again."),
    "VZ-104": ("This network wants a sign-in", "Use another network, or let its operator admit this screen."),
    "VZ-105": ("No name service", "This screen tries again by itself. Check the network’s DNS if it stays."),
    "VZ-106": ("Waiting for the right time", "The clock is set from the network as soon as one answers."),
    "VZ-107": ("The cloud doesn’t answer", "This screen keeps trying by itself, less often as time goes by."),
    "VZ-108": ("That code is no longer valid", "A new one appears here by itself. There is nothing to do."),
    "VZ-109": ("Not part of this organization", "A new code follows; a screen of somebody else’s is theirs to remove."),
    "VZ-110": ("Not enough power", "Use the power supply that came with this player."),
    "VZ-111": ("No display answers", "Check the cable. This player goes on as soon as a display is there."),
    "VZ-112": ("Storage is full or failing", "Room is made by itself. If this stays, change the memory card."),
    "VZ-115": ("Wi-Fi not joined", "This screen tries again by itself. Choose another network if it stays."),
    "VZ-117": ("A setting is wrong", "Correct it in the file that is named, and restart this screen."),
    "VZ-121": (
        "Something keeps this screen from playing",
        "It tries again by itself; a new programme ends this at once.",
    ),
}
"""What each stuck state is called on the glass, and what happens next (docs/reference/stuck-states.md)."""

STARTING = Message("Starting", "One moment, please.", Tone.BUSY)
NO_MANIFEST = Message(
    "Waiting for content", "This screen is ready. Publish something to it and it appears here.", Tone.BUSY
)


def pairing_card(status: PairingStatus, now: datetime) -> Card:
    """The card for `provision.json`."""
    slate = stuck(status.problem)
    match status.state:
        case PairingState.FAILED | PairingState.STARTING | PairingState.UNPAIRED if slate is not None:
            return slate
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


def waiting_card(cache: CacheStatus | None, problem: Problem | None, mistake: Problem | None = None) -> Card:
    """A paired screen without a manifest yet. `mistake`: what is said beside it if nothing worse is."""
    worst = problem or (cache.problem if cache else None)
    slate = stuck(worst)
    if slate is not None:
        return slate
    text = NO_MANIFEST.text
    if cache is not None and cache.wanted is not None and cache.wanted.assets:
        text = f"Content is on its way: {cache.wanted.assets_ready} of {cache.wanted.assets} files are here."
    return Message(NO_MANIFEST.title, text, NO_MANIFEST.tone, worst or mistake)


def stuck(problem: Problem | None) -> Stuck | None:
    """The card of a stuck state; None for no problem, and for one that is no such state."""
    if problem is None or problem.code not in STATES:
        return None
    title, following = STATES[problem.code]
    return Stuck(title, problem, following)


def nothing_on_card(answer: Answer) -> Message:
    """Why no content is shown although there is a manifest."""
    skipped = [reason for reason in answer.why if reason.outcome is Outcome.SKIPPED]
    if skipped:
        return Message("Nothing can be shown right now", sentence(skipped[0], answer))
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
