"""What is published reaches every screen, whatever happens to the cloud meanwhile (promise P55).

Screens are spread over several processes. Again and again something is published at one of them, and just then a
process is killed, Redis forgets everything, or Redis is away and the process that took the publication is killed
before it could tell the others. No screen that is back has the old manifest for longer than until its next poll.
"""

import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.servers.postgres import postgres
from tests.soak.clouds import PATIENCE_S, Clouds, Person, RedisToKill, clouds, redis_to_kill, within
from tests.soak.screen import POLL_S, Habits
from tests.soak.screens import Screens

ANSWER_S = 15.0
"""How long the question that a poll asks may take on a machine that does all of this at the same time."""
AROUND_S = 0.1
"""A process is killed so long after somebody pressed the button, at most."""


@dataclass(frozen=True, slots=True)
class Size:
    screens: int
    processes: int
    rounds: int
    faults: Sequence[str] = ("killed", "flushed", "both")
    """In turn."""
    poll_s: float = POLL_S
    patience_s: float = POLL_S + PATIENCE_S
    """For all screens to have what is new, in a round."""


@dataclass(slots=True)
class Told:
    faults: Counter[str] = field(default_factory=Counter)
    late: list[str] = field(default_factory=list)
    """Screens that did not have the newest when patience had an end, in words."""
    behind_s: list[float] = field(default_factory=list)
    """For each round, how long the last screen that was back had the old one."""
    lines_lost: int = 0
    went_back: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    """Of everything the screens asked."""

    @property
    def reached(self) -> bool:
        return bool(self.behind_s) and not self.late and not self.went_back


class Rounds:
    def __init__(self, these: Clouds, redis: RedisToKill, person: Person, content_id: str, dice: random.Random) -> None:
        self._clouds, self._redis, self._person = these, redis, person
        self._body = {"contentId": content_id, "target": {"all": True}, "durationMs": 3_600_000}
        self._dice = dice
        self._threads = ThreadPoolExecutor(1)
        self.kinds: dict[str, Callable[[], str]] = {
            "killed": self._killed,
            "flushed": self._flushed,
            "both": self._both,
        }
        """Each publishes, with a fault of this kind, and gives the publication's id. All is up again after it."""

    def end(self, publication: str) -> None:
        self._person.call("DELETE", f"/api/publish/{publication}")

    def _publish(self, **where: Any) -> str:
        return str(self._person.call("POST", "/api/publish", self._body, **where)["id"])

    def _killed(self) -> str:
        """Any process, at a random instant around the publication; it may be the one that takes it."""
        victim = self._dice.choice(self._clouds.all)
        publication = self._threads.submit(self._publish)
        time.sleep(self._dice.uniform(0.0, AROUND_S))  # the random instant itself
        victim.kill()
        victim.start()
        return publication.result()

    def _flushed(self) -> str:
        publication = self._threads.submit(self._publish)
        time.sleep(self._dice.uniform(0.0, AROUND_S))
        self._redis.flush()
        return publication.result()

    def _both(self) -> str:
        """Nobody is left who could tell the others of it."""
        victim = self._dice.choice(self._clouds.all)
        self._redis.kill()
        publication = self._publish(at=victim)
        victim.kill()
        self._redis.start()
        victim.start()
        return publication


def run(folder: Path, postgres_url: str, size: Size, seed: int, *, module: str = "cloud") -> Told:
    """`postgres_url` is of an empty database."""
    told, dice = Told(), random.Random(seed)
    with redis_to_kill() as redis:
        variables: Mapping[str, str] = {"POSTGRES_URL": postgres_url, "REDIS_URL": redis.url}
        with clouds(folder, variables, size.processes, seed, module) as these:
            person = Person(these)
            fleet = these.fleet(person.organization_id, size.screens)
            rounds = Rounds(these, redis, person, fleet.content_id, dice)
            habits = Habits(poll_s=size.poll_s)
            with Screens(fleet.screens, fleet.tokens, lambda _: these.port, habits, seed=seed) as screens:
                assert within(PATIENCE_S * 2, lambda: not screens.away()), "not all screens connected"
                for number in range(size.rounds):
                    fault = size.faults[number % len(size.faults)]
                    told.faults[fault] += 1
                    _round(rounds, fault, screens, size, told)
                told.lines_lost = sum(screens.codes.values())
                told.went_back, told.statuses = screens.went_back, screens.statuses
    return told


def _round(rounds: Rounds, fault: str, screens: Screens, size: Size, told: Told) -> None:
    publication = rounds.kinds[fault]()
    screens.expect(frozenset({publication}), time.monotonic())
    within(size.patience_s, lambda: not screens.behind())
    late = [one for one in screens.behind() if one.is_back]
    told.late += [f"{fault}: screen {one.number} has version {one.version}" for one in late]
    away = len(screens.behind()) - len(late)
    told.late += [f"{fault}: {away} screens never came back"] if away else []
    told.behind_s.append(max(screens.behind_s.values(), default=0.0))
    rounds.end(publication)


def soak(seed: int, scale: float) -> tuple[bool, dict[str, Any]]:
    """100 publications to 500 screens at three processes, each while one is killed or Redis forgets or is away."""
    with tempfile.TemporaryDirectory(prefix="vizora-soak-") as folder, postgres() as url:
        told = run(Path(folder), f"{url}/postgres", Size(500, 3, max(round(100 * scale), 1)), seed)
    return told.reached and max(told.behind_s) <= POLL_S + ANSWER_S, {
        "faults": dict(told.faults),
        "late": told.late,
        "behind s, worst": round(max(told.behind_s), 1),
        "behind s, median": round(sorted(told.behind_s)[len(told.behind_s) // 2], 1),
        "lines lost": told.lines_lost,
        "went back": told.went_back,
        "answers": {str(status): count for status, count in sorted(told.statuses.items())},
    }
