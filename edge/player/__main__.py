"""`python -m edge.player`: builds the player from the environment and runs it until SIGTERM, SIGINT or Escape."""

import contextlib
import os
import signal
import sys
import traceback
import uuid
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import NamedTuple

import msgspec

from edge import config
from edge.clock import Clock, SystemClock
from edge.clock.readings import ClockReadings
from edge.files import write_at_once
from edge.paths import DevicePaths
from edge.player.backends import Backends
from edge.player.control import ControlSocket
from edge.player.door import open_door
from edge.player.following import Follower, Watch
from edge.player.journal import Journal, JournalWriter
from edge.player.player import Player
from edge.player.sound import Mixer
from edge.player.sources import DeviceSources
from edge.player.speaker import SdlSpeaker
from edge.player.stage import UNSEEN_DRIVERS, Stage
from edge.player.stills import StillWorker
from edge.sdnotify import Notifier
from edge.status import Problem
from vizora.errors import HardwareError, OperatorError
from vizora.identifiers import BootId

WAIT_FOR_DISPLAY = 2.0
FAULTS_ALLOWED = 20
"""Ticks that may fail in a row before the player ends, to be started afresh."""
FAULT_PAUSE = 0.25
CLOSED = 3
"""The exit status after the person at the screen closed the window or pressed Escape: they want no new one."""
WRONG_SETTINGS = 2
"""The exit status of wrong use (CONTRACT section 7): to start it again would not help."""


class Ending:
    """Becomes true on SIGTERM or SIGINT."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True


class Display(NamedTuple):
    """Where the stage opens its window."""

    window: str
    environ: Mapping[str, str]
    paths: DevicePaths
    boot_id: BootId

    def wait(self, clock: Clock, notifier: Notifier, ending: Ending) -> Stage | None:
        """The stage, once a display answers; until then it says that none does. None when asked to end meanwhile."""
        headless = self.environ.get("VIZORA_HEADLESS") == "1" or self.environ.get("SDL_VIDEODRIVER") in UNSEEN_DRIVERS
        while not ending.asked:
            try:
                return Stage(self.window, headless=headless)
            except HardwareError as error:
                notifier.status(str(error))
                self._say(str(error), clock)
                clock.sleep(WAIT_FOR_DISPLAY)
        return None

    def _say(self, sentence: str, clock: Clock) -> None:
        problem = Problem(code="VZ-111", sentence=sentence)
        status = {
            "at": clock.now(),
            "bootId": self.boot_id,
            "pid": os.getpid(),
            "state": "starting",
            "problem": problem,
        }
        with contextlib.suppress(OSError):
            write_at_once(self.paths.player_status, msgspec.json.encode(status))


def main(environ: Mapping[str, str]) -> int:
    try:
        settings = config.load(environ)
    except OperatorError as error:
        print(f"player: {error}", file=sys.stderr)  # noqa: T201
        return WRONG_SETTINGS
    ending, clock, notifier = Ending(), SystemClock(), Notifier(environ)
    boot_id = BootId(str(uuid.uuid4()))
    videos, stills = Backends(settings.video_backend), StillWorker()
    display = Display(settings.window, environ, settings.paths, boot_id)
    stage = display.wait(clock, notifier, ending)
    if stage is None:
        videos.close()
        stills.close()
        return 0
    speaker = SdlSpeaker()
    journal = JournalWriter(Journal(settings.paths.plays, boot_id), clock, settings.plays_sync_ms)
    player = Player(
        paths=settings.paths,
        clock=clock,
        stage=stage,
        sources=DeviceSources(settings.paths, videos=videos, stills=stills),
        boot_id=boot_id,
        trust=ClockReadings(clock, settings.paths).trust,
        record=journal.add,
        mixer=Mixer(speaker),
    )
    paths = settings.paths
    watch = Watch(Follower(paths, clock.now), (paths.current_manifest.parent, paths.run))
    control = _control(paths)
    try:
        _run(player, watch, control, journal, speaker, clock, notifier, ending, paths.diagnostics_socket)
    finally:
        notifier.stopping()
        if control is not None:
            control.close()
        watch.close()
        player.close()
        journal.close()
        with contextlib.suppress(OSError):
            paths.player_status.unlink()
    return 0 if ending.asked else CLOSED


def _run(
    player: Player,
    watch: Watch,
    control: ControlSocket | None,
    journal: JournalWriter,
    speaker: SdlSpeaker,
    clock: Clock,
    notifier: Notifier,
    ending: Ending,
    door: Path,
) -> None:
    ready, faults = False, 0
    due = clock.monotonic()
    while not ending.asked and not player.stage.wants_to_end():
        outlook = watch.latest()
        if outlook is not None:
            player.follow(outlook)
        for command in control.commands() if control is not None else ():
            command.answer.set_result(player.command(command))
        if player.stage.wants_support:
            player.stage.wants_support = False
            open_door(door)
        try:
            speaker.look(clock.monotonic())
            presented = player.tick()
        except Exception:  # the one broad catch: a fault of ours costs a tick, not the screen
            faults += 1
            traceback.print_exc()
            if faults >= FAULTS_ALLOWED:
                raise
            clock.sleep(FAULT_PAUSE)
            continue
        faults = 0
        if presented:
            if not ready:
                ready = True
                notifier.ready()
            notifier.watchdog()
        problem = Problem(code="VZ-112", sentence=journal.problem) if journal.problem else None
        _write_status(player, problem, journal.unrecorded)
        due = max(due + player.pause(), clock.monotonic())
        clock.sleep(max(0.0, due - clock.monotonic()))


def _control(paths: DevicePaths) -> ControlSocket | None:
    """The socket; without one, as on a card that has become read-only, the player plays all the same."""
    try:
        return ControlSocket(paths.player_socket)
    except OSError as error:
        print(f"player: no control socket at {paths.player_socket}: {error.strerror}", file=sys.stderr)  # noqa: T201
        return None


def _write_status(player: Player, problem: Problem | None, waiting: int) -> None:
    with contextlib.suppress(OSError):  # the run folder is full: the picture goes on, the next tick tries again
        player.write_status(problem, waiting)


if __name__ == "__main__":
    sys.exit(main(os.environ))
