"""Who may look: the door's state as a value, and what each event makes of it. Pure; seconds are monotonic.

The door is closed until somebody at the device, or the cloud, opens it. It shuts by itself after half an hour at the
latest, and at once after five wrong numbers: guessing 1 of 100,000,000 succeeds once in 20 million openings.
"""

import hmac
from dataclasses import dataclass, replace

PIN_DIGITS = 8
OPEN_S = 1800.0
TRIES = 5
SESSIONS = 8
"""Signed-in browsers at a time; the oldest goes."""


@dataclass(frozen=True, slots=True)
class Session:
    token: str
    """In the browser's cookie."""
    csrf: str
    """In each form."""


@dataclass(frozen=True, slots=True)
class Closed:
    """`guessed`: it was shut because somebody guessed."""

    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Open:
    pin: str
    until: float
    wrong: int = 0
    sessions: tuple[Session, ...] = ()


Door = Closed | Open


def opened(pin: str, at: float, seconds: float = OPEN_S) -> Open:
    """Opened anew: with another number, and nobody signed in."""
    return Open(pin, at + min(max(seconds, 60.0), OPEN_S))


def seen_at(door: Door, at: float) -> Door:
    """The door as it is by now."""
    return Closed() if isinstance(door, Open) and at >= door.until else door


def tried(door: Door, pin: str, at: float, session: Session) -> tuple[Door, bool]:
    """After somebody typed a number: the door, and whether they are in, by `session`."""
    door = seen_at(door, at)
    if isinstance(door, Closed):
        return door, False
    if hmac.compare_digest(pin.encode(), door.pin.encode()):
        return replace(door, sessions=(*door.sessions, session)[-SESSIONS:]), True
    wrong = door.wrong + 1
    return (Closed(guessed=True) if wrong >= TRIES else replace(door, wrong=wrong)), False


def session_of(door: Door, token: str, at: float) -> Session | None:
    """Whom a cookie belongs to; None for nobody that is let in now."""
    door = seen_at(door, at)
    if isinstance(door, Closed):
        return None
    return next((one for one in door.sessions if hmac.compare_digest(one.token.encode(), token.encode())), None)


def signed_out(door: Door, token: str) -> Door:
    if isinstance(door, Closed):
        return door
    return replace(door, sessions=tuple(one for one in door.sessions if one.token != token))
