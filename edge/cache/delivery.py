"""Plays from the journal to the cloud: taken in at a steady beat, sent in batches, let go when acknowledged."""

import logging
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from edge.backoff import delay_s
from edge.cache.device_calls import RefusedReport
from edge.cache.outbox import Batch, Outbox
from edge.cache.worker import Worker
from edge.clock import Clock
from edge.status import PlayerStatus
from vizora.device_api import MAX_PLAYS_A_REQUEST

LONGEST_PAUSE_S = 30.0
SYNCS_A_TAKE = 2
"""Of the player's syncs of its journal, which are what makes a play durable, one in so many is followed by sending."""
SETTLE_EVERY_S = 3600.0
"""What is sent again after a kill is no more than came in this time."""

log = logging.getLogger(__name__)


class PlaysCalls(Protocol):
    def plays(self, report: bytes) -> int | None: ...


class Delivery:
    """Lives in the loop's thread; sending goes to a worker, one batch at a time."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        calls: PlaysCalls,
        sending: Worker,
        clock: Clock,
        jitter: Callable[[], float],
        player: Callable[[], PlayerStatus | None],
        device_id: str,
        every_s: float,
    ) -> None:
        self.outbox = outbox
        self._calls = calls
        self._sending = sending
        self._clock = clock
        self._jitter = jitter
        self._player = player
        self._device_id = device_id
        self._every_s = every_s
        self._take_at = 0.0
        self._send_at = 0.0
        self._settle_at = clock.monotonic() + SETTLE_EVERY_S
        self._is_sending = False
        self._failures = 0
        self._most = MAX_PLAYS_A_REQUEST

    def turn(self) -> None:
        """Raises OSError and sqlite3.Error; then nothing was lost, and the next turn tries again."""
        at = self._clock.monotonic()
        if at >= self._take_at:
            self._take_at = at + self._every_s
            self.outbox.take(self._device_id)
            player = self._player()
            self.outbox.tidy(player.boot_id if player else None, player.at if player else None)
        if at >= self._settle_at:
            self._settle_at = at + SETTLE_EVERY_S
            self.outbox.settle()
        if at >= self._send_at and not self._is_sending:
            self._send()

    def send_now(self) -> None:
        """The line is up again."""
        self._take_at = self._send_at = 0.0

    def close(self) -> None:
        with suppress(OSError, sqlite3.Error):  # then it is read and sent again
            self.outbox.settle()

    def _send(self) -> None:
        batch = self.outbox.next_batch(self._device_id, self._most)
        if batch is None:
            return
        self._is_sending = True
        report = batch.request()
        self._sending.submit(lambda: self._calls.plays(report), lambda answer: self._sent(batch, answer))

    def _sent(self, batch: Batch, answer: int | Exception | None) -> None:
        self._is_sending = False
        if isinstance(answer, RefusedReport):
            self._refused(batch, answer)
        elif isinstance(answer, Exception) or not self.outbox.acknowledge(batch, answer):
            self._failures += 1
            self._send_at = self._clock.monotonic() + delay_s(self._failures, self._jitter(), longest=LONGEST_PAUSE_S)
            log.warning("sending plays: %s", answer if isinstance(answer, Exception) else "nothing was accepted")
        else:
            self._failures, self._most = 0, MAX_PLAYS_A_REQUEST

    def _refused(self, batch: Batch, error: RefusedReport) -> None:
        """One bad play must not stop the others: halve until it stands alone."""
        if len(batch.bodies) > 1:
            self._most = len(batch.bodies) // 2
            return
        log.error("a play is refused for good and set aside: %s", error)
        self.outbox.refuse(batch)
        self._most = MAX_PLAYS_A_REQUEST
