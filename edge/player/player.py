"""The player's loop: one tick looks at what came, steps the show, presents, and tells what was shown.

It is given everything that touches the world, so that tests drive the very same ticks in virtual time.
"""

import os
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

import msgspec

from edge.clock import Clock
from edge.files import write_at_once
from edge.paths import DevicePaths
from edge.player import welcome
from edge.player.control import Command, Finish
from edge.player.keys import SUPPORT, WAY_OUT, ask_aside
from edge.player.notices import Notices
from edge.player.orders import answer
from edge.player.outlook import Outlook
from edge.player.plays import PlayCounter
from edge.player.pulse import Pulse
from edge.player.show.pace import Pace
from edge.player.show.sequencer import Sequencer, Slot
from edge.player.show.show import Show
from edge.player.sound.mixing import Mixer
from edge.player.sources.choosing import DeviceSources
from edge.player.stage.display_power import DisplayPower, Wish
from edge.player.stage.pixel_watch import EVERY, LEAST, PixelWatch, Remedy, differs, due
from edge.player.stage.scene import Scene
from edge.player.stage.stage import Stage
from edge.player.status import REWRITE_AFTER, DisplayState, Status
from edge.status import Problem
from vizora.identifiers import BootId
from vizora.plays import Play
from vizora.schedule.model import ClockTrust
from vizora.schedule.power import PowerPlan

REFRESH = 1.0
"""Seconds after which an unchanged scene is presented again, so that a watchdog knows the screen still takes frames."""

SHORTEST = 0.0002
"""Seconds of the shortest pause, so that one that ends a hair early is not followed by a dozen more."""

UNSEEN = Problem("VZ-114", "What this screen shows is not what it draws. It draws everything anew.")


class Player:
    def __init__(
        self,
        *,
        paths: DevicePaths,
        clock: Clock,
        stage: Stage,
        sources: DeviceSources,
        boot_id: BootId,
        trust: Callable[[datetime | None], ClockTrust],
        record: Callable[[list[Play]], None],
        mixer: Mixer | None = None,
        display: DisplayPower | None = None,
    ) -> None:
        self._mixer = mixer
        self.show = Show(stage, sources)
        self.stage = stage
        self._paths = paths
        self._clock = clock
        self._pace = Pace()
        self._steps = 0
        self._sources = sources
        self._boot_id = boot_id
        self._trust = trust
        self._record = record
        self._counter = PlayCounter(boot_id)
        self._outlook = Outlook()
        self._trusted = (ClockTrust.UNTRUSTED, -REFRESH)
        self._scene: Scene | None = None
        self._presented_at = -REFRESH
        self._held = 0.0
        self._ticked_at: float | None = None
        self._written: tuple[Status, float] | None = None
        self._notices = Notices(self.show, stage)
        self._power = _power_plan(None)
        self._wish = Wish()
        self._is_on = True
        self._display = display or DisplayPower(())
        self._pulse = Pulse()
        self._pixels = PixelWatch()
        self._looked_at = 0.0
        self.is_alive = False
        """Whether the last tick was a sign of life, for the one who watches."""

    def follow(self, outlook: Outlook) -> None:
        """Takes over what the other processes left."""
        before = self._outlook
        if outlook.sequencer is not before.sequencer:
            self._power = _power_plan(outlook.sequencer)
        if outlook.sequencer is not None and outlook.sequencer is not before.sequencer:
            self.stage.turn(outlook.sequencer.manifest.screen.rotation)
            self._scene = None  # turned or not, the next frame is drawn
        changed = outlook.sequencer is not before.sequencer or outlook.missing != before.missing
        self.show.setbacks.forget(set(outlook.fresh))
        if changed or outlook.fresh:
            self.show.follow(outlook.sequencer, outlook.missing)
        self._outlook = outlook
        self._notices.follow(outlook, self._clock.now())

    def tick(self) -> bool:
        """Brings the screen to now. True when a frame was presented."""
        now, mono = self.now(), self._clock.monotonic()
        if self._pace.steps != self._steps:
            self._steps = self._pace.steps
            self.show.setbacks.clock_was_set()
        clock = self._clock_trust(mono)
        self._sources.pump(mono)
        self._notices.step(now, mono)
        self._switch(self._wish.wanted(self._power.is_on(now, clock)))
        scene = self.show.step(now, mono, clock, self._outlook.card(now)) if self._is_on else self.show.rest()
        changed = scene != self._scene
        presented = changed or mono - self._presented_at >= REFRESH
        if presented:
            self.stage.present(scene)
            self._scene, self._presented_at = scene, mono
        if self._mixer is not None:
            self._mixer.step(self.now, self.show.heard())
        if self._ticked_at is not None and self.show.late:
            self._held += mono - self._ticked_at
        self._ticked_at = mono
        self.show.prepare(now, mono)
        ended = self._counter.presented(self._countable(), now, mono, clock)
        if ended:
            self._record(ended)
        overdue = self.show.overdue(now)
        self.is_alive = self._pulse.beats(presented=presented, changed=changed, owing=overdue, mono=mono)
        return presented

    def look_at_the_glass(self) -> Remedy | None:
        """Now and then compares what is seen with what should be; a milder remedy is carried out here.

        Answers END when nothing helped: then the player has to be started anew. Raises HardwareError when a renderer
        made anew finds no display.
        """
        mono = self._clock.monotonic()
        if self._scene is None or not self._is_on or mono - self._looked_at < EVERY:
            return None
        spots = due(self._scene)
        if len(spots) < LEAST:
            return None  # a film is sampled now and then: the look waits for it
        self._looked_at = mono
        remedy = self._pixels.looked(differs(spots, self.stage.look))
        if remedy is Remedy.REDRAW:
            self._scene = None
        elif remedy is Remedy.REOPEN:
            self.reopen()
        return remedy

    def reopen(self) -> None:
        """Window and renderer anew, every picture too. Raises HardwareError."""
        self.show.let_go()
        self._scene = None
        self.stage.reopen()
        self._notices.redraw(self._clock.now())

    def now(self) -> datetime:
        """The time the show follows."""
        return self._pace.now(self._clock.now(), self._clock.monotonic())

    def next_tick(self, due: float) -> float:
        """When the tick after the one that was due at `due` is due, by the monotonic clock: on the beat, and exactly
        where something is known to change."""
        mono = self._clock.monotonic()
        exact = self.show.due_in(self.now())
        on_the_beat = due + self.show.beat()
        return max(mono, on_the_beat if exact is None else min(on_the_beat, mono + max(SHORTEST, exact)))

    def command(self, command: Command) -> "dict[str, Any] | Finish":
        """What a command answers."""
        return answer(self, command)

    def identify(self, seconds: float) -> None:
        """Names this screen on its glass for so long."""
        self._notices.identify(self._clock.monotonic() + seconds)

    def switch_display(self, on: bool) -> None:
        """By command; the schedule's next change ends it."""
        self._wish.command(on)

    def press(self, keys: Collection[int]) -> None:
        """Whoever stands before the screen pressed them: it leaves the organization it was just added to, or the
        diagnostics page is opened. What comes of it is seen on the glass."""
        if WAY_OUT in keys and self._notices.announces:
            ask_aside(self._paths.provision_socket, "leave")
        if SUPPORT in keys:
            ask_aside(self._paths.diagnostics_socket, "open")

    def document(self) -> dict[str, Any]:
        """What it would write of itself now."""
        return self.status(None, 0).document(self._clock.now())

    def status(self, problem: Problem | None, plays_waiting: int) -> Status:
        now = self.now()
        return Status(
            boot_id=self._boot_id,
            pid=os.getpid(),
            answer=self.show.answer,
            running=self._counter.running,
            card=self.show.card,
            started=self._ticked_at is not None,
            problem=problem or self._outlook.problem or self._glass_problem(),
            redrawn=self._pixels.total,
            display=self._display_state,
            unplayable=self.show.unplayable(now),
            clock=self._trusted[0],
            plays_waiting=plays_waiting,
            frames=self.stage.frames,
            held_ms=round(self._held * 1000),
        )

    def write_status(self, problem: Problem | None, plays_waiting: int) -> None:
        """Writes `player.json` when it says something new, and at least every 2 s. Raises OSError."""
        status, mono = self.status(problem, plays_waiting), self._clock.monotonic()
        if self._written is not None:
            before, at = self._written
            if before == status.settled() and mono - at < REWRITE_AFTER:
                return
        self._written = (status.settled(), mono)
        write_at_once(self._paths.player_status, msgspec.json.encode(status.document(self._clock.now())))

    def close(self) -> None:
        """Ends what is on as cut off, and every child."""
        ended = self._counter.stopped(self.now(), self._clock.monotonic())
        if ended:
            self._record(ended)
        if self._mixer is not None:
            self._mixer.close()
        self._display.close()
        self.show.close()
        self._sources.close()
        self.stage.close()

    def _glass_problem(self) -> Problem | None:
        return UNSEEN if self._pixels.tried else None

    def _countable(self) -> tuple[Slot, ...]:
        """What is in front, and somebody's content: the welcome is nobody's."""
        return tuple(slot for slot in self.show.shown if slot.answer.playlist_id != welcome.PLAYLIST)

    def _switch(self, on: bool) -> None:
        if on != self._is_on:
            self._is_on = on
            self._display.turn(on)

    @property
    def _display_state(self) -> DisplayState:
        if self._is_on:
            return DisplayState.ON
        return DisplayState.OFF if self._display.done_by else DisplayState.DARK

    def _clock_trust(self, mono: float) -> ClockTrust:
        """Asked once a second, because it reads files."""
        if mono - self._trusted[1] >= 1.0:
            sequencer = self._outlook.sequencer
            self._trusted = (self._trust(None if sequencer is None else sequencer.manifest.issued_at), mono)
        return self._trusted[0]


def _power_plan(sequencer: Sequencer | None) -> PowerPlan:
    """A screen without a manifest, as one that waits to be paired, is always on."""
    if sequencer is None:
        return PowerPlan((), "UTC")
    return PowerPlan(sequencer.manifest.screen.power, sequencer.manifest.time_zone)
