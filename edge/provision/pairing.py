"""Pairing as a state machine (RFC 8628, section 3): what to do next, decided from what came back and the time.

Times are seconds of a monotonic clock. Codes renew by themselves, failures back off with jitter, nobody needs to climb.
"""

from dataclasses import dataclass, replace

from edge.backoff import delay_s
from edge.status import Problem
from vizora.device_api import Paired, PairingStarted

SLOW_DOWN_S = 5.0
"""RFC 8628 section 3.5: `slow_down` adds this to the interval for good."""
DENIED_PAUSE_S = 10.0

DENIED = Problem("VZ-108", "The request to add this screen was declined. A new code comes in a moment.")


# What we are in
@dataclass(frozen=True, slots=True)
class Redeeming:
    """A code from the settings is to be redeemed; the next try is at `at`."""

    code: str
    at: float = 0.0
    failures: int = 0
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Starting:
    """No code yet; the next try for one is at `at`."""

    at: float = 0.0
    failures: int = 0
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A code is on the screen until `expires_at`."""

    started: PairingStarted
    expires_at: float
    poll_at: float
    interval_s: float
    failures: int = 0
    problem: Problem | None = None
    confirmation: str | None = None


@dataclass(frozen=True, slots=True)
class Granted:
    paired: Paired


State = Redeeming | Starting | Waiting | Granted


# What came back
@dataclass(frozen=True, slots=True)
class CodeGiven:
    started: PairingStarted


@dataclass(frozen=True, slots=True)
class Pending:
    confirmation: str | None = None


@dataclass(frozen=True, slots=True)
class SlowDown:
    pass


@dataclass(frozen=True, slots=True)
class Expired:
    pass


@dataclass(frozen=True, slots=True)
class Denied:
    pass


@dataclass(frozen=True, slots=True)
class Claimed:
    paired: Paired


@dataclass(frozen=True, slots=True)
class Failed:
    problem: Problem
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The code of the settings won't do; the screen goes on with a code of its own."""

    problem: Problem
    is_used_up: bool
    """It never will again."""


Event = CodeGiven | Pending | SlowDown | Expired | Denied | Claimed | Failed | Refused


# What to do next
@dataclass(frozen=True, slots=True)
class Redeem:
    code: str


@dataclass(frozen=True, slots=True)
class AskForCode:
    pass


@dataclass(frozen=True, slots=True)
class Poll:
    device_code: str


@dataclass(frozen=True, slots=True)
class Pause:
    seconds: float


@dataclass(frozen=True, slots=True)
class Keep:
    """Pairing is done: store the credentials."""

    paired: Paired


Step = Redeem | AskForCode | Poll | Pause | Keep


def next_step(state: State, at: float) -> Step:
    match state:
        case Granted(paired):
            return Keep(paired)
        case Redeeming():
            return Pause(state.at - at) if state.at > at else Redeem(state.code)
        case Starting():
            return Pause(state.at - at) if state.at > at else AskForCode()
        case Waiting():
            due = min(state.poll_at, state.expires_at)  # one last look: it may have been claimed in the last second
            return Pause(due - at) if due > at else Poll(state.started.device_code)


def after(state: State, event: Event, at: float, jitter: float) -> State:
    """The state that follows; `jitter` is random in [0, 1). An event that doesn't fit the state changes nothing."""
    match state, event:
        case Starting() | Waiting(), CodeGiven(started):
            interval = float(max(started.interval, 1))
            return Waiting(started, at + max(started.expires_in, 1), at + interval, interval)
        case Redeeming(), Claimed(paired):
            return Granted(paired)
        case Redeeming(), Refused(problem):
            return Starting(at + DENIED_PAUSE_S, problem=problem)
        case Redeeming(), Failed(problem, retry_after_s):
            wait = _wait(state.failures + 1, retry_after_s, jitter)
            return replace(state, at=at + wait, failures=state.failures + 1, problem=problem)
        case Starting(), Failed(problem, retry_after_s):
            return Starting(at + _wait(state.failures + 1, retry_after_s, jitter), state.failures + 1, problem)
        case Waiting(), Pending() | SlowDown() if at >= state.expires_at:
            return Starting(at)
        case Waiting(), Failed(problem, retry_after_s) if at >= state.expires_at:
            return Starting(at + _wait(state.failures + 1, retry_after_s, jitter), state.failures + 1, problem)
        case Waiting(), Failed(problem, retry_after_s):
            wait = max(state.interval_s, _wait(state.failures + 1, retry_after_s, jitter))
            return replace(state, poll_at=at + wait, failures=state.failures + 1, problem=problem)
        case Waiting(), Pending(confirmation):
            return replace(state, poll_at=at + state.interval_s, failures=0, problem=None, confirmation=confirmation)
        case Waiting(), SlowDown():
            interval = state.interval_s + SLOW_DOWN_S
            return replace(state, poll_at=at + interval, interval_s=interval, failures=0, problem=None)
        case Waiting(), Expired():
            return Starting(at)
        case Waiting(), Denied():
            return Starting(at + DENIED_PAUSE_S, problem=DENIED)
        case Waiting(), Claimed(paired):
            return Granted(paired)
        case _:
            return state


def at_once(state: State, at: float) -> State:
    """The network has just come up: what waited for it need wait no longer."""
    match state:
        case Starting() | Redeeming():
            return replace(state, at=min(state.at, at), failures=0)
        case Waiting():
            return replace(state, poll_at=min(state.poll_at, at), failures=0)
        case Granted():
            return state


def _wait(failures: int, retry_after_s: float | None, jitter: float) -> float:
    return max(delay_s(failures, jitter), min(retry_after_s or 0.0, 300.0))
