"""The door of the page: opened from the device, the cloud or a key; its number on the glass; shut again by itself."""

import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import msgspec

from edge.clock import Clock
from edge.diagnostics import access
from edge.diagnostics.access import Closed, Open, Session
from edge.files import write_at_once
from edge.paths import DevicePaths
from edge.status import DoorStatus

log = logging.getLogger(__name__)


def new_pin() -> str:
    return f"{secrets.randbelow(10**access.PIN_DIGITS):0{access.PIN_DIGITS}d}"


def new_session() -> Session:
    return Session(secrets.token_urlsafe(32), secrets.token_urlsafe(32))


class Door:
    """Lives in the event loop's thread; nothing here waits. `addresses` are those the page is reached by."""

    def __init__(
        self,
        paths: DevicePaths,
        clock: Clock,
        addresses: Callable[[], tuple[str, ...]],
        pin: Callable[[], str] = new_pin,
    ) -> None:
        self._paths = paths
        self._clock = clock
        self._addresses = addresses
        self._pin = pin
        self._door: access.Door = Closed()
        with suppress(OSError):
            self._paths.door_status.unlink(missing_ok=True)

    @property
    def is_open(self) -> bool:
        self.look()
        return isinstance(self._door, Open)

    @property
    def was_guessed(self) -> bool:
        return isinstance(self._door, Closed) and self._door.guessed

    def open(self, seconds: float = access.OPEN_S) -> DoorStatus:
        """Opens it, or opens it anew. Raises OSError when the number can't be put on the glass: then it stays shut."""
        at = self._clock.monotonic()
        door = access.opened(self._pin(), at, seconds)
        now = self._clock.now()
        status = DoorStatus(now, door.pin, self._addresses(), now + timedelta(seconds=door.until - at))
        self._paths.run.mkdir(parents=True, exist_ok=True)
        write_at_once(self._paths.door_status, msgspec.json.encode(status), mode=0o640)
        self._door = door
        log.info("the page is open until %s", status.until)
        return status

    def close(self) -> None:
        self._become(Closed())

    def look(self) -> None:
        """Notices that its time is over."""
        self._become(access.seen_at(self._door, self._clock.monotonic()))

    def sign_in(self, pin: str) -> Session | None:
        """A session for the right number; the fifth wrong one shuts the door for everybody."""
        session = new_session()
        door, is_in = access.tried(self._door, pin, self._clock.monotonic(), session)
        self._become(door)
        return session if is_in else None

    def sign_out(self, token: str) -> None:
        self._door = access.signed_out(self._door, token)

    def session(self, token: str) -> Session | None:
        return access.session_of(self._door, token, self._clock.monotonic())

    def _become(self, door: access.Door) -> None:
        if isinstance(self._door, Open) and isinstance(door, Closed):
            log.info("the page is closed%s", ": somebody guessed at its number" if door.guessed else "")
            with suppress(OSError):
                self._paths.door_status.unlink(missing_ok=True)
        self._door = door
