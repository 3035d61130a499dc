"""The player's loop: one tick looks at what came, steps the show, presents, and tells what was shown.

It is given everything that touches the world, so that tests drive the very same ticks in virtual time.
"""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from pygame import Surface

from edge.clock import Clock
from edge.files import write_at_once
from edge.paths import DevicePaths
from edge.player import drawing
from edge.player.control import Command, Finish
from edge.player.following import Outlook
from edge.player.plays import PlayCounter
from edge.player.scene import Scene
from edge.player.show import Show
from edge.player.sound import Mixer
from edge.player.sources import DeviceSources
from edge.player.stage import Stage, write_png
from edge.player.status import REWRITE_AFTER, Status
from edge.status import Problem
from vizora.identifiers import BootId
from vizora.plays import Play
from vizora.schedule.model import ClockTrust

REFRESH = 1.0
"""Seconds after which an unchanged scene is presented again, so that a watchdog knows the screen still takes frames."""


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
    ) -> None:
        self._mixer = mixer
        self.show = Show(stage, sources)
        self.stage = stage
        self._paths = paths
        self._clock = clock
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
        self._identify_until = 0.0

    def follow(self, outlook: Outlook) -> None:
        """Takes over what the other processes left."""
        before = self._outlook
        if outlook.sequencer is not None and outlook.sequencer is not before.sequencer:
            self.stage.turn(outlook.sequencer.manifest.screen.rotation)
            self._scene = None  # turned or not, the next frame is drawn
        changed = outlook.sequencer is not before.sequencer or outlook.missing != before.missing
        self.show.setbacks.forget(set(outlook.fresh))
        if changed or outlook.fresh:
            self.show.follow(outlook.sequencer, outlook.missing)
        self._outlook = outlook
        if (outlook.door, outlook.hotspot) != (before.door, before.hotspot) and not self._identify_until:
            self._show_door()

    def tick(self) -> bool:
        """Brings the screen to now. True when a frame was presented."""
        now, mono = self._clock.now(), self._clock.monotonic()
        clock = self._clock_trust(mono)
        self._sources.pump(mono)
        if self._identify_until and mono >= self._identify_until:
            self._identify_until = 0.0
            self._show_door()
        scene = self.show.step(now, mono, clock, self._outlook.card(now))
        presented = scene != self._scene or mono - self._presented_at >= REFRESH
        if presented:
            self.stage.present(scene)
            self._scene, self._presented_at = scene, mono
        if self._mixer is not None:
            self._mixer.step(self._clock.now(), self.show.heard())
        if self._ticked_at is not None and self.show.late:
            self._held += mono - self._ticked_at
        self._ticked_at = mono
        ended = self._counter.presented(self.show.shown, now, mono, clock)
        if ended:
            self._record(ended)
        return presented

    def pause(self) -> float:
        """Seconds until the next tick is due."""
        return self.show.pause_until(self._clock.now())

    def command(self, command: Command) -> "dict[str, Any] | Finish":
        """What a command answers."""
        match command.name:
            case "screenshot":
                return self._screenshot(command.arguments.get("file"))
            case "identify":
                return self._identify(command.arguments.get("seconds", 10))
            case "status":
                return {"ok": True, **self.status(None, 0).document(self._clock.now())}
        return {"ok": False, "error": f"unknown command {command.name!r}; allowed: screenshot, identify, status"}

    def status(self, problem: Problem | None, plays_waiting: int) -> Status:
        now = self._clock.now()
        return Status(
            boot_id=self._boot_id,
            pid=os.getpid(),
            answer=self.show.answer,
            running=self._counter.running,
            card=self.show.card,
            started=self._ticked_at is not None,
            problem=problem or self._outlook.problem,
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
        ended = self._counter.stopped(self._clock.now(), self._clock.monotonic())
        if ended:
            self._record(ended)
        if self._mixer is not None:
            self._mixer.close()
        self.show.close()
        self._sources.close()
        self.stage.close()

    def _clock_trust(self, mono: float) -> ClockTrust:
        """Asked once a second, because it reads files."""
        if mono - self._trusted[1] >= 1.0:
            sequencer = self._outlook.sequencer
            self._trusted = (self._trust(None if sequencer is None else sequencer.manifest.issued_at), mono)
        return self._trusted[0]

    def _screenshot(self, file: object) -> "dict[str, Any] | Finish":
        if not isinstance(file, str) or not Path(file).is_absolute():
            return {"ok": False, "error": 'screenshot needs "file", an absolute path'}
        picture = self.stage.seen()

        def finish() -> dict[str, Any]:
            write_png(picture, Path(file))
            return {"ok": True, "file": file, "width": picture.get_width(), "height": picture.get_height()}

        return finish

    def _show_door(self) -> None:
        """How to reach the diagnostics page, over the picture, while it is open."""
        door = self._outlook.door
        if door is None:
            self.show.identify(self._hotspot_badge())
            return
        where = door.addresses[0] if door.addresses else "this device only"
        badge = drawing.badge(f"PIN {door.pin[:4]} {door.pin[4:]}", f"Diagnostics: {where}", self.stage.size)
        self.show.identify(badge)

    def _hotspot_badge(self) -> Surface | None:
        """How to set up Wi-Fi, over content, for a while after a start without a network."""
        offered, outlook = self._outlook.hotspot, self._outlook
        if offered is None or outlook.card(self._clock.now()) is not None:
            return None
        words = f"Join it with {offered.password}, then open {offered.address}"
        return drawing.badge(f"Wi-Fi setup: {offered.name}", words, self.stage.size)

    def _identify(self, seconds: object) -> dict[str, Any]:
        if not isinstance(seconds, int | float) or not 0 < seconds <= 600:
            return {"ok": False, "error": 'identify needs "seconds" from 1 to 600'}
        outlook = self._outlook
        name = outlook.nickname or "This screen"
        detail = f"Screen {outlook.device_id[:8]}" if outlook.device_id else "Not paired yet"
        self.show.identify(drawing.badge(name, detail, self.stage.size))
        self._identify_until = self._clock.monotonic() + seconds
        return {"ok": True}
