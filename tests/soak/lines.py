"""Who speaks is online and who is silent is not, whatever becomes of their lines (promise P56).

A piece of the network dies: some screens come back another way at once, the others stay away. The cloud has to find
out by itself, end its side, and must not take the new lines away with the old ones. A process stands still for a while,
and must not take its screens for silent. Then all processes are killed, and every screen is back at the same moment.
Somebody looks all the time at what each process says of each screen.
"""

import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cloud.config import SILENCE_S
from tests.servers.postgres import postgres
from tests.servers.redis import redis_server
from tests.soak.clouds import PATIENCE_S, Clouds, Person, clouds, within
from tests.soak.screen import BEAT_S, Habits
from tests.soak.screens import Screens
from tests.soak.watcher import Watcher
from tests.soak.wire import Wire


@dataclass(frozen=True, slots=True)
class Size:
    screens: int
    wired: int
    """How many of them are behind the piece of network that dies; every other one of these comes back at once."""
    silence_s: float = SILENCE_S
    beat_s: float = BEAT_S
    patience_s: float = SILENCE_S + PATIENCE_S


@dataclass(slots=True)
class Told:
    wrong: list[str] = field(default_factory=list)
    """What was said of a screen and was not so, in words."""
    looks: int = 0
    """How often a process was asked about a screen and what is true was known."""
    kept: int = 0
    """Dead lines of which the cloud never ended its side."""
    offline_s: float = 0.0
    """Until the last silent one was shown as offline, and the cloud had ended its side of all."""
    back_s: float = 0.0
    """Until all were back after they had come at once."""
    away: int = 0
    """Screens that were not shown as online by everybody in the end."""
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def right(self) -> bool:
        refused = any(status not in (101, 200, 304) for status in self.statuses)
        return not (self.wrong or self.kept or self.away or refused) and self.looks > 0


def run(folder: Path, postgres_url: str, redis_url: str, size: Size, seed: int, *, module: str = "hasty") -> Told:
    """`postgres_url` is of an empty database. `module` is of this folder."""
    told = Told()
    variables = {"POSTGRES_URL": postgres_url, "REDIS_URL": redis_url, "SOAK_SILENCE_S": str(size.silence_s)}
    with clouds(folder, variables, 2, seed, f"tests.soak.{module}") as these:
        person = Person(these)
        fleet = these.fleet(person.organization_id, size.screens)
        wire = Wire(lambda: these.port)

        def port(number: int) -> int:
            return wire.port if number < size.wired else these.port

        with Screens(fleet.screens, fleet.tokens, port, Habits(size.beat_s), seed=seed) as screens:
            screens.within(wire.open())
            with Watcher(these, person, screens, size.silence_s) as watcher:
                assert within(size.patience_s, lambda: not screens.away()), "not all screens connected"
                _network_dies(screens, wire, watcher, size, told)
                if not told.kept:
                    _one_stands_still(these, screens, size)
                    _all_come_at_once(these, screens, watcher, size, told)
            screens.within(wire.close())
            told.statuses, told.wrong, told.looks = screens.statuses, watcher.wrong, watcher.looks
            unfair = [pause_s for pause_s in screens.pauses_s if pause_s < size.silence_s / 2]
            told.wrong += [f"ended for silence, though never silent for longer than {one:.1f} s" for one in unfair]
    return told


def _network_dies(screens: Screens, wire: Wire, watcher: Watcher, size: Size, told: Told) -> None:
    wired = screens.all[: size.wired]
    silent, returning = wired[::2], wired[1::2]
    begun = time.monotonic()
    screens.call(wire.die)
    screens.hang_up(returning)
    assert within(size.patience_s, lambda: watcher.all_are(silent, "offline")), "nobody saw that they are silent"
    watcher.silent = frozenset(screen.id for screen in silent)
    within(size.patience_s, lambda: not wire.held())
    told.kept, told.offline_s = wire.held(), time.monotonic() - begun
    watcher.silent = frozenset()
    screens.hang_up(silent)
    assert within(size.patience_s, lambda: not screens.away()), "not all came back"


def _one_stands_still(these: Clouds, screens: Screens, size: Size) -> None:
    """For longer than anybody may be silent. What its screens said meanwhile waits in its sockets."""

    def has_stood() -> bool:
        last = [at for screen in screens.all if (at := screen.spoke_at()) is not None]
        return min(last) < time.monotonic() - 1.5 * size.silence_s

    with these.all[0].standing_still():
        assert within(size.patience_s, has_stood), "nobody was there"
    begun = time.monotonic()

    def all_spoke() -> bool:
        return all((at := screen.spoke_at()) is not None and at > begun for screen in screens.all)

    assert within(size.patience_s, all_spoke), "not all went on"


def _all_come_at_once(these: Clouds, screens: Screens, watcher: Watcher, size: Size, told: Told) -> None:
    screens.hold()
    for one in these.all:
        one.kill()
    for one in these.all:
        one.start()
    begun = time.monotonic()
    screens.let_go()
    within(size.patience_s, lambda: not screens.away())
    told.back_s = time.monotonic() - begun
    within(size.patience_s, lambda: watcher.all_are(screens.all, "online"))
    last = [watcher.shown(one) for one in these.all]
    told.away = sum(any(shown[screen.id] != "online" for shown in last) for screen in screens.all)


def soak(seed: int, scale: float) -> tuple[bool, dict[str, Any]]:
    """A network that dies under 200 of 2,000 screens, then all at once; what is said of each is true throughout."""
    size = Size(round(2000 * scale), round(200 * scale))
    with tempfile.TemporaryDirectory(prefix="vizora-soak-") as folder, postgres() as url, redis_server() as redis:
        told = run(Path(folder), f"{url}/postgres", redis, size, seed)
    return told.right, {
        "looks": told.looks,
        "wrong": told.wrong[:20],
        "lines never ended": told.kept,
        "offline and ended s": round(told.offline_s, 1),
        "all back s": round(told.back_s, 1),
        "not back": told.away,
        "answers": {str(status): count for status, count in sorted(told.statuses.items())},
    }
