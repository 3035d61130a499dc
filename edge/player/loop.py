"""What the player does over and over: take what came, tick, look after itself, tell how it is. Ends when asked to.

The one broad catch of the process is here: a fault of ours costs a tick, not the screen; too many in a row end it.
"""

import contextlib
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from edge.clock import Clock
from edge.player.control import ControlSocket
from edge.player.journal import JournalWriter
from edge.player.player import Player
from edge.player.sound.speaker import SdlSpeaker
from edge.player.stage.pixel_watch import Remedy
from edge.player.watch import Watch
from edge.sdnotify import Notifier
from edge.status import Problem
from vizora.errors import HardwareError

FAULTS_ALLOWED = 20
"""Ticks that may fail in a row before the player ends, to be started afresh."""
FAULT_PAUSE = 0.25
LOOK_FOR_DISPLAY = 2.0
"""Seconds between two looks whether the display is another one, or, when there is none, whether one came."""


class Ending(Protocol):
    @property
    def asked(self) -> bool:
        """Whether somebody wants the player to end."""


@dataclass(slots=True)
class Loop:
    player: Player
    watch: Watch
    control: ControlSocket | None
    journal: JournalWriter
    speaker: SdlSpeaker
    clock: Clock
    notifier: Notifier
    ending: Ending
    say_no_display: Callable[[str], None]
    """Tells everybody who looks that there is no display, and why."""
    lives: Callable[[float], None] = lambda _: None
    """Is told of each sign of life, by the monotonic clock."""
    _ready: bool = field(default=False, init=False)
    _faults: int = field(default=0, init=False)
    _looked_at: float = field(default=0.0, init=False)

    def run(self) -> None:
        due = self.clock.monotonic()
        while not self.ending.asked and not self.player.stage.wants_to_end():
            self.player.press(self.player.stage.pressed)
            try:
                self._once()
            except Exception:
                self._faults += 1
                traceback.print_exc()
                if self._faults >= FAULTS_ALLOWED:
                    raise
                self.clock.sleep(FAULT_PAUSE)
                continue
            self._faults = 0
            due = self.player.next_tick(due)
            self.clock.sleep(max(0.0, due - self.clock.monotonic()))

    def _once(self) -> None:
        outlook = self.watch.latest()
        if outlook is not None:
            self.player.follow(outlook)
        for command in self.control.commands() if self.control is not None else ():
            command.answer.set_result(self.player.command(command))
        self.speaker.look(self.clock.monotonic())
        self.player.tick()
        if self.player.is_alive:
            if not self._ready:
                self._ready = True
                self.notifier.ready()
            self.notifier.watchdog()
            self.lives(self.clock.monotonic())
        self._look_after_the_glass()
        problem = Problem(code="VZ-112", sentence=self.journal.problem) if self.journal.problem else None
        with contextlib.suppress(OSError):  # the run folder is full: the picture goes on, the next tick tries again
            self.player.write_status(problem, self.journal.unrecorded)

    def _look_after_the_glass(self) -> None:
        mono = self.clock.monotonic()
        outdated = False
        if mono - self._looked_at >= LOOK_FOR_DISPLAY:
            self._looked_at = mono
            outdated = self.player.stage.is_outdated()
        try:
            if outdated:
                self.player.reopen()
            remedy = self.player.look_at_the_glass()
        except HardwareError as error:
            self._wait_for_display(str(error))
            return
        if remedy is Remedy.END:
            print("player: the glass does not show what is drawn; ending, to be started anew", file=sys.stderr)  # noqa: T201
            raise SystemExit(1)

    def _wait_for_display(self, reason: str) -> None:
        """The display went away while we played: nothing can be drawn until one is there again."""
        while not self.ending.asked:
            self.say_no_display(reason)
            self.notifier.watchdog()  # to start anew would bring no display
            self.clock.sleep(LOOK_FOR_DISPLAY)
            try:
                self.player.reopen()
            except HardwareError as error:
                reason = str(error)
            else:
                return
