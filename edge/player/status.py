"""`player.json`: what is on the glass and why, for whoever looks. A value made of facts, and when to write it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from edge.player.cards.cards import Card, Pairing
from edge.player.plays import Running
from edge.status import Problem
from vizora.identifiers import BootId, ContentId
from vizora.schedule.model import Answer, ClockTrust

REWRITE_AFTER = 2.0


class DisplayState(StrEnum):
    ON = "on"
    OFF = "off"
    """Switched off by the schedule or by command, and the display said it did."""
    DARK = "dark"
    """The same, but nothing here can switch the display: it shows black."""


@dataclass(frozen=True, slots=True)
class Status:
    boot_id: BootId
    pid: int
    answer: Answer | None
    running: tuple[Running, ...]
    card: Card | None
    started: bool
    problem: Problem | None
    unplayable: dict[ContentId, str]
    clock: ClockTrust
    plays_waiting: int
    frames: int
    held_ms: int
    redrawn: int = 0
    """How often the glass did not show what was drawn, and something was done about it."""

    display: DisplayState = DisplayState.ON

    @property
    def state(self) -> str:
        if self.display is not DisplayState.ON:
            return "off"
        if self.card is None:
            return "playing"
        if isinstance(self.card, Pairing):
            return "pairing"
        return "slate" if self.started else "starting"

    def document(self, at: datetime) -> dict[str, Any]:
        content: dict[str, Any] = msgspec.to_builtins(
            {
                "at": at,
                "bootId": self.boot_id,
                "pid": self.pid,
                "state": self.state,
                "answer": self.answer,
                "shown": [_shown(running) for running in self.running],
                "problem": self.problem,
                "unplayable": self.unplayable,
                "frames": self.frames,
                "heldMs": self.held_ms,
                "redrawn": self.redrawn,
                "display": self.display,
                "clock": self.clock,
                "playsWaiting": self.plays_waiting,
            }
        )
        return content

    def settled(self) -> "Status":
        """Without what changes all the time: two that are equal need not both be written."""
        return replace(self, frames=0, held_ms=0, plays_waiting=0)


def _shown(running: Running) -> dict[str, Any]:
    slot = running.slot
    return {
        "zoneId": slot.zone_id,
        "playlistId": slot.answer.playlist_id,
        "itemId": slot.answer.item_id,
        "contentId": slot.answer.content_id,
        "title": slot.asset.title,
        "type": slot.asset.type,
        "since": running.started_at,
    }
