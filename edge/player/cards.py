"""What the screen says in words when there is no content to show: values. `drawing` makes pictures of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from vizora.schedule.model import Answer, Outcome


class Problem(NamedTuple):
    code: str
    sentence: str


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


Card = Message | Pairing

STARTING = Message("Starting", "One moment, please.", Tone.BUSY)
NO_MANIFEST = Message(
    "Waiting for content", "This screen is ready. Publish something to it and it appears here.", Tone.BUSY
)


def problem_of(status: dict[str, Any]) -> Problem | None:
    """The `problem` of a status file, if there is one."""
    problem = status.get("problem")
    if not isinstance(problem, dict) or not problem.get("sentence"):
        return None
    return Problem(str(problem.get("code", "")), str(problem["sentence"]))


def pairing_card(status: dict[str, Any], now: datetime) -> Card | None:
    """The card for `provision.json`; None when it has nothing to say about pairing."""
    problem = problem_of(status)
    match status.get("state"):
        case "waiting" if status.get("userCode"):
            uri = str(status.get("verificationUri", ""))
            return Pairing(
                code=str(status["userCode"]),
                address=uri.partition("://")[2] or uri,
                link=str(status.get("verificationUriComplete") or uri),
                renews_in=_left(status.get("expiresAt"), now),
                confirmation=str(status.get("confirmation") or ""),
                problem=problem,
            )
        case "paired":
            name = str(status.get("organizationName") or "your organization")
            return Message(f"Added to {name}", "Content is on its way to this screen.", Tone.GOOD, problem)
        case "failed":
            return Message("Not connected yet", "This screen keeps trying by itself.", Tone.CALM, problem)
        case "unpaired" | "starting" | "waiting":
            return Message("Getting a pairing code", "This screen asks the cloud for one.", Tone.BUSY, problem)
    return None


def nothing_on_card(answer: Answer) -> Message:
    """Why no content is shown although there is a manifest."""
    skipped = [reason for reason in answer.why if reason.outcome is Outcome.SKIPPED]
    if skipped:
        return Message("Nothing can be shown right now", skipped[0].reason)
    if answer.next_change is not None:
        return Message("Nothing scheduled now", "The next programme starts by itself.")
    return Message("Nothing scheduled", "Give this screen a playlist or a schedule and it appears here.")


def _left(expires_at: object, now: datetime) -> str:
    """Minutes and seconds until then, as in 4:07; empty when unknown."""
    if not isinstance(expires_at, str):
        return ""
    try:
        left = datetime.fromisoformat(expires_at) - now
    except (ValueError, TypeError):
        return ""
    if not timedelta(0) <= left < timedelta(hours=1):
        return ""
    seconds = int(left.total_seconds())
    return f"{seconds // 60}:{seconds % 60:02d}"
