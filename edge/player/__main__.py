"""`python -m edge.player`: builds the player from the environment and runs it until SIGTERM, SIGINT or Escape."""

import contextlib
import gc
import os
import signal
import sys
import uuid
from argparse import ArgumentParser
from collections.abc import Mapping
from types import FrameType
from typing import Any, NamedTuple

import msgspec

from edge import service_settings
from edge.clock import Clock, SystemClock
from edge.clock.readings import ClockReadings
from edge.config import DeviceConfig
from edge.files import write_at_once
from edge.paths import DevicePaths
from edge.player import welcome
from edge.player.control import ControlSocket
from edge.player.following import Follower
from edge.player.journal import Journal, JournalWriter
from edge.player.loop import LOOK_FOR_DISPLAY, Loop
from edge.player.player import Player
from edge.player.safe_mode import SafeMode, this_start
from edge.player.sound.mixing import Mixer
from edge.player.sound.speaker import SdlSpeaker
from edge.player.sources import web_ability
from edge.player.sources.backends import Backends
from edge.player.sources.choosing import DeviceSources
from edge.player.sources.stills import StillWorker
from edge.player.sources.web import WebWorker
from edge.player.stage.display_power import DisplayPower, switches
from edge.player.stage.outputs import UNSEEN_DRIVERS
from edge.player.stage.stage import Stage
from edge.player.watch import Watch
from edge.player.welcome import PlayerPaths
from edge.sdnotify import Notifier
from edge.status import Problem
from vizora.errors import HardwareError, OperatorError
from vizora.identifiers import BootId
from vizora.structs import know_all

CLOSED = 3
"""The exit status after the person at the screen closed the window or pressed Escape: they want no new one."""
SWITCH_INTERVAL = 0.0005
"""Seconds after which a thread that works is asked to let the stage go on; Python's own are ten times as many."""
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

    clock: Clock
    notifier: Notifier

    def wait(self, ending: Ending) -> Stage | None:
        """The stage, once a display answers; until then it says that none does. None when asked to end meanwhile."""
        headless = self.environ.get("VIZORA_HEADLESS") == "1" or self.environ.get("SDL_VIDEODRIVER") in UNSEEN_DRIVERS
        while not ending.asked:
            try:
                return Stage(self.window, headless=headless)
            except HardwareError as error:
                self.say(str(error))
                self.clock.sleep(LOOK_FOR_DISPLAY)
        return None

    def say(self, sentence: str) -> None:
        """VZ-111: nobody can see it, so it stands in the status file."""
        self.notifier.status(sentence)
        problem = Problem(code="VZ-111", sentence=sentence)
        status = {
            "at": self.clock.now(),
            "bootId": self.boot_id,
            "pid": os.getpid(),
            "state": "starting",
            "problem": problem,
        }
        with contextlib.suppress(OSError):
            write_at_once(self.paths.player_status, msgspec.json.encode(status))


def main(environ: Mapping[str, str]) -> int:
    try:
        settings = service_settings.load(environ, _say)
    except OperatorError as error:
        _say(str(error))
        return WRONG_SETTINGS
    know_all()  # before there are threads
    ending, clock, notifier = Ending(), SystemClock(), Notifier(environ)
    boot_id = BootId(str(uuid.uuid4()))
    videos, stills = Backends(settings.video_backend), StillWorker()
    display = Display(settings.window, environ, settings.paths, boot_id, clock, notifier)
    stage = display.wait(ending)
    if stage is None:
        videos.close()
        stills.close()
        return 0
    speaker = SdlSpeaker()
    journal = JournalWriter(Journal(settings.paths.plays, boot_id), clock, settings.plays_sync_ms)
    safe_mode = SafeMode(settings.paths)
    safe_mode.begin(this_start(clock))
    loop = welcome.load()
    paths = PlayerPaths(settings.paths.state, settings.paths.run, loop.files if loop else {})
    player = Player(
        paths=paths,
        clock=clock,
        stage=stage,
        sources=DeviceSources(
            paths, videos=videos, stills=stills, web=WebWorker(_web_settings(settings)), opening=safe_mode.trail.opening
        ),
        boot_id=boot_id,
        trust=ClockReadings(clock, settings.paths).trust,
        record=journal.add,
        mixer=Mixer(speaker, clock.monotonic),
        display=DisplayPower(switches(stage.driver)),
    )
    no_web = web_ability.refusal(settings.web, web_ability.memory(), web_ability.browser())
    follower = Follower(paths, clock.now, no_web, loop.sequencer if loop else None, safe_mode)
    watch = Watch(follower, (paths.current_manifest.parent, paths.run))
    control = _control(paths)
    _be_prompt()
    try:
        Loop(player, watch, control, journal, speaker, clock, notifier, ending, display.say, safe_mode.lives).run()
    finally:
        notifier.stopping()
        if control is not None:
            control.close()
        watch.close()
        player.close()
        journal.close()
        with contextlib.suppress(OSError):
            paths.player_status.unlink()
    safe_mode.end()
    return 0 if ending.asked else CLOSED


def _say(line: str) -> None:
    print(f"player: {line}", file=sys.stderr)  # noqa: T201


def _be_prompt() -> None:
    """What is here by now is here to stay: no search for garbage goes through it while a picture is due. And a thread
    that works (a manifest that is read, plays that are written) gives way to the picture at once."""
    gc.collect()
    gc.freeze()
    sys.setswitchinterval(SWITCH_INTERVAL)


def _web_settings(settings: DeviceConfig) -> dict[str, Any]:
    return {
        "chromium": web_ability.browser(),
        "allow": settings.web_allow,
        "profiles": str(settings.paths.run),
        "kept": str(settings.paths.web_pictures),
        "memory": web_ability.limit(web_ability.memory()),
    }


def _control(paths: DevicePaths) -> ControlSocket | None:
    """The socket; without one, as on a card that has become read-only, the player plays all the same."""
    try:
        return ControlSocket(paths.player_socket)
    except OSError as error:
        print(f"player: no control socket at {paths.player_socket}: {error.strerror}", file=sys.stderr)  # noqa: T201
        return None


if __name__ == "__main__":
    ArgumentParser(prog="vizora player", description=__doc__).parse_args()  # it has none: wrong use starts nothing
    sys.exit(main(os.environ))
