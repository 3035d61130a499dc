"""What may go wrong with one request: told to a fake cloud beforehand (`FakeCloud.fail`)."""

import threading
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Status:
    """Answers with this status and a problem document."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b'{"title":"told to fail"}'


@dataclass(frozen=True, slots=True)
class Cut:
    """Sends this many bytes of the body and cuts the connection."""

    after: int


@dataclass(frozen=True, slots=True)
class WrongBytes:
    """Flips a bit of the body's byte at this position."""

    at: int = 0


@dataclass(frozen=True, slots=True)
class Portal:
    """A hotel's sign-in page: 200 and HTML."""


@dataclass(frozen=True, slots=True)
class WrongRange:
    """A 206 that begins somewhere else than asked."""

    shift: int = 1


@dataclass(frozen=True, slots=True)
class NoRange:
    """Answers 200 with everything, whatever range was asked."""


@dataclass(frozen=True, slots=True)
class Trickle:
    """A byte now and then, from the headers on, until the client gives up or `stop` is set."""

    every_s: float
    stop: threading.Event


@dataclass(frozen=True, slots=True)
class Gate:
    """Sends this many bytes of the body, says so, and goes on when it is opened."""

    after: int
    reached: threading.Event = field(default_factory=threading.Event)
    opened: threading.Event = field(default_factory=threading.Event)


Fault = Status | Cut | WrongBytes | Portal | WrongRange | NoRange | Trickle | Gate
