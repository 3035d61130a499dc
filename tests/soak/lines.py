"""Who speaks is online and who is silent is not, whatever becomes of their lines (facts/reliability.md, P56).

A piece of the network dies: some screens come back another way at once, the others stay away. The cloud has to find
out by itself, end its side, and must not take the new lines away with the old ones. A process stands still for a while,
and must not take its screens for silent. Then all processes are killed, and every screen is back at the same moment.
Somebody looks all the time at what each process says of each screen.
"""

import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from cloud.realtime.presence import SILENCE_S
from tests.servers.postgres import postgres
from tests.servers.redis import redis_server
from tests.soak.clouds import PATIENCE_S, Clouds, Person, clouds, within
from tests.soak.screen import BEAT_S, Habits, Screen
from tests.soak.screens import Screens
from tests.soak.victim import LIMIT_S, LOOK_S, Victim
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


class Watcher:
    """Asks each process in turn about every screen, in a thread of its own, and holds it against what the screens know.

    One is online while it has a line and the cloud took something that it sent no longer than half a silence ago: so
    nothing is held against the cloud that a busy machine did.
    """

    def __init__(self, these: Clouds, person: Person, screens: Screens, silence_s: float, told: Told) -> None:
        self._clouds, self._screens, self._silence_s, self._told = these, screens, silence_s, told
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {person.token}"
        self.silent: frozenset[str] = frozenset()
        """Screens that were shown as offline, and have not spoken since."""
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Watcher":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        self._session.close()

    def shown(self, at: Victim) -> dict[str, str]:
        """What this process says of every screen. Raises RequestException."""
        found = dict[str, str]()
        cursor: str | None = ""
        while cursor is not None:
            where = {"limit": "200", **({"cursor": cursor} if cursor else {})}
            answer = self._session.get(f"{at.url}/api/devices", params=where, timeout=LIMIT_S)
            answer.raise_for_status()
            page = answer.json()
            found |= {device["id"]: device["status"] for device in page["items"]}
            cursor = page["nextCursor"]
        return found

    def all_are(self, screens: Sequence[Screen], status: str) -> bool:
        """At every process."""
        wanted = [screen.id for screen in screens]
        return all(shown[id_] == status for shown in map(self.shown, self._clouds.all) for id_ in wanted)

    def _run(self) -> None:
        while not self._ended.wait(LOOK_S):
            for victim in self._clouds.all:
                lines = [(screen, screen.line, screen.spoke_at()) for screen in self._screens.all]
                silent = self.silent
                try:
                    shown = self.shown(victim)
                except requests.RequestException:
                    continue  # it is being killed
                now = time.monotonic()
                for screen, line, spoke_at in lines:
                    spoke = spoke_at is not None and now - spoke_at < self._silence_s / 2
                    speaks = spoke and screen.line is line and screen.is_back
                    self._hold(screen, shown[screen.id], speaks=speaks, silent=silent & self.silent)

    def _hold(self, screen: Screen, shown: str, *, speaks: bool, silent: frozenset[str]) -> None:
        self._told.looks += speaks or screen.id in silent
        if speaks and shown != "online":
            self._told.wrong.append(f"screen {screen.number} speaks and is shown as {shown}")
        if screen.id in silent and shown != "offline":
            self._told.wrong.append(f"screen {screen.number} is silent and is shown as {shown}")


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
            with Watcher(these, person, screens, size.silence_s, told) as watcher:
                assert within(size.patience_s, lambda: not screens.away()), "not all screens connected"
                _network_dies(screens, wire, watcher, size, told)
                if told.right:
                    _one_stands_still(these, screens, size)
                    _all_come_at_once(these, screens, watcher, size, told)
            screens.within(wire.close())
            told.statuses = screens.statuses
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
