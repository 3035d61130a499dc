"""The device token renews itself after two thirds of its life (of 365 days: from day 243), long before it ends."""

import base64
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from edge.cache.facts import Facts
from edge.cache.worker import Worker
from edge.clock import EPOCH, Clock
from edge.identity import Credentials
from vizora.identifiers import DeviceId
from vizora.manifest.model import Value

FACT = "token"
TRY_EVERY_S = 6 * 3600.0

log = logging.getLogger(__name__)


class Renewed(Value, frozen=True):
    """Lies in events.db beside the credentials it grew from; another pairing makes it void."""

    device_id: DeviceId
    paired_at: datetime
    device_token: str


class _Times(msgspec.Struct, frozen=True):
    iat: int
    exp: int


class RenewingCalls(Protocol):
    def renew(self) -> str: ...


def renewal_due(token: str, now: datetime) -> bool:
    """Whether two thirds of the token's life are over. What can't be read (RFC 7519) is never renewed by itself."""
    try:
        payload = token.split(".")[1]
        times = msgspec.json.decode(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)), type=_Times)
        began, ends = EPOCH + timedelta(seconds=times.iat), EPOCH + timedelta(seconds=times.exp)
    except (IndexError, ValueError, OverflowError):
        return False
    return now >= began + (ends - began) * 2 / 3


class Token:
    """The token in force. Lives in the loop's thread; others may read `value`."""

    def __init__(self, facts: Facts, credentials: Credentials) -> None:
        self._facts = facts
        self._credentials = credentials
        renewed = facts.get(FACT, Renewed)
        is_ours = renewed is not None and (renewed.device_id, renewed.paired_at) == (
            credentials.device_id,
            credentials.paired_at,
        )
        self.value = renewed.device_token if renewed is not None and is_ours else credentials.device_token
        self._next_at = 0.0

    def turn(
        self, calls: RenewingCalls, worker: Worker, clock: Clock, *, is_clock_confirmed: Callable[[], bool]
    ) -> None:
        """Asks for a new one when it is time, by a clock the cloud agrees with."""
        at = clock.monotonic()
        if at < self._next_at or not is_clock_confirmed() or not renewal_due(self.value, clock.now()):
            return
        self._next_at = at + TRY_EVERY_S
        worker.submit(calls.renew, self._renewed)

    def _renewed(self, answer: str | Exception) -> None:
        if isinstance(answer, Exception):
            log.warning("renewing the token: %s", answer)
            return
        self._facts.put(FACT, Renewed(self._credentials.device_id, self._credentials.paired_at, answer))
        self.value = answer
        log.info("the device token is renewed")
