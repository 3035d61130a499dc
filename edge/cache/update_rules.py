"""What became of an update that was handed over, and what keeps one from being begun. Pure."""

from dataclasses import dataclass

import msgspec

from edge.status import UpdateStatus
from vizora.device_api import Attempt, Outcome, UpdateOffer
from vizora.manifest.model import Value

CONFIRMED = "confirmed"
RESERVE = 100_000_000
"""Bytes an update leaves free: content comes first."""
MOST_REMEMBERED = 20
FAILED = (Outcome.FELL_BACK, Outcome.REFUSED)


class Past(Value, frozen=True):
    """What is remembered of updates, durably. A version is tried once."""

    attempt: Attempt | None = None
    tried: tuple[str, ...] = ()

    def having(self, attempt: Attempt) -> "Past":
        tried = self.tried
        if attempt.outcome in FAILED and attempt.version not in tried:
            tried = (*tried, attempt.version)[-MOST_REMEMBERED:]
        return Past(attempt, tried)


@dataclass(frozen=True, slots=True)
class Traces:
    """What lies on the device while it is not known how an update went."""

    this_start: bool
    """It was handed over since the device started: it is being written now, or was refused."""
    refused: str | None
    """Why it was not installed."""
    is_there: bool
    """Its file, which goes when it was written or refused."""


def known_now(attempt: Attempt, status: UpdateStatus | None, traces: Traces) -> Attempt:
    """The attempt as it stands; the same while nothing more is known."""
    if attempt.outcome is not Outcome.TAKEN or status is None:
        return attempt
    if status.version == attempt.version:
        return _with(attempt, Outcome.WORKS) if status.state == CONFIRMED else attempt
    if traces.this_start:
        return _with(attempt, Outcome.REFUSED, traces.refused) if traces.refused is not None else attempt
    if traces.is_there:
        return _with(attempt, Outcome.CUT_OFF, "the power went while it was written")
    return _with(attempt, Outcome.FELL_BACK, f"version {status.version} runs again, in slot {status.slot}")


def may_ask(past: Past, status: UpdateStatus | None) -> bool:
    """Whether this device could install anything now."""
    under_way = past.attempt is not None and past.attempt.outcome is Outcome.TAKEN
    return status is not None and status.state == CONFIRMED and not under_way


def obstacle(offer: UpdateOffer, past: Past, *, have: int, free: int, is_content_due: bool) -> str:
    """Why `offer` is not fetched now, `have` bytes of which are there; empty: nothing is in its way."""
    if offer.version in past.tried:
        return f"version {offer.version} was tried before, and did not work"
    if is_content_due:
        return "content comes first"
    missing = offer.size - have
    if missing > 0 and free < missing + RESERVE:
        return f"it needs {_megabytes(missing + RESERVE)} of storage, {_megabytes(free)} are free"
    return ""


def _with(attempt: Attempt, outcome: Outcome, why: str = "") -> Attempt:
    return msgspec.structs.replace(attempt, outcome=outcome, why=why)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.0f} MB"
