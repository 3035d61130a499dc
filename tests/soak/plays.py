"""Exactly once (promise P57): screens report their plays over a bad line to a cloud that keeps dying.

Requests are lost before they arrive, answers are lost after the commit; reports are repeated, reordered and cut anew;
the cloud is killed at random instants. In the end everything is counted as often as it was played: once. Asked are the
embedded analytics, and ClickHouse when there is one.
"""

import csv
import http.client
import random
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import requests

from cloud.config import CloudConfig
from cloud.wire import instant
from tests.cloud.fleet import make_fleet
from tests.soak.victim import LIMIT_S, Victim
from vizora.device_api import MAX_PLAYS_A_REQUEST

START = datetime(2026, 11, 1, tzinfo=UTC)
LANES, CONTENTS, BOOTS = 8, 12, 3
LOST, UNHEARD, AGAIN, OLD, AHEAD = 0.08, 0.12, 0.1, 0.05, 0.2
"""How often a request gets lost, its answer gets lost, a report is sent twice, an old one is sent once more, and one is
taken from further back than the oldest that waits."""
BUSY = 503
"""A fair answer of a machine that has too much to do: nothing was kept, the screen tries again."""
MOST_REFUSED = 10
"""After so many answers that are no yes a line gives up."""
ALWAYS = "from=2026-10-01T00:00:00Z&to=2027-06-01T00:00:00Z"
Counts = dict[str, tuple[int, int]]
"""Plays and their milliseconds, by content, screen or hour."""


@dataclass(frozen=True, slots=True)
class Size:
    events: int
    screens: int
    kills: int


@dataclass(slots=True)
class Told:
    """What came of it, by group: what was played, and what is counted by whom."""

    played: Mapping[str, Counts]
    counted: dict[str, Mapping[str, Counts]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    kills: int = 0
    requests: int = 0
    delivered: int = 0
    """Events that were sent, repetitions included."""

    @property
    def exact(self) -> bool:
        return not self.refused and bool(self.counted) and all(found == self.played for found in self.counted.values())


def event(screen: int, n: int) -> dict[str, Any]:
    content = (screen + n) % CONTENTS
    return {
        "bootId": f"boot-{n % BOOTS}", "n": n, "itemId": "i", "contentId": f"content-{content}", "playlistId": "p",
        "scheduleId": None, "startedAt": instant(START + timedelta(seconds=37 * n + 11 * screen)),
        "durationMs": 1000 + n % 977, "completed": True, "clock": "trusted",
    }  # fmt: skip


def played(screens: Sequence[str], each: int) -> Mapping[str, Counts]:
    found: dict[str, dict[str, tuple[int, int]]] = {"content": {}, "device": {}, "hour": {}}
    for number, screen in enumerate(screens):
        for n in range(each):
            one = event(number, n)
            places = {"content": one["contentId"], "device": screen, "hour": one["startedAt"][:13]}
            for group, key in places.items():
                plays, duration_ms = found[group].get(key, (0, 0))
                found[group][key] = (plays + 1, duration_ms + one["durationMs"])
    return found


class Line:
    """Some screens' way to the cloud, and their outboxes."""

    def __init__(self, victim: Victim, tokens: Mapping[int, str], each: int, dice: random.Random) -> None:
        self.statistics: Counter[str] = Counter()
        self.refused: list[str] = []
        self._victim = victim
        self._tokens = tokens
        self._each = each
        self._dice = dice
        self._connection: http.client.HTTPConnection | None = None

    def run(self) -> None:
        waiting = {screen: list(range(self._each)) for screen in self._tokens}
        while waiting and len(self.refused) < MOST_REFUSED:
            screen = self._dice.choice(list(waiting))
            some = self._cut(waiting[screen])
            if self._send(screen, some):
                taken = set(some)
                waiting[screen] = [n for n in waiting[screen] if n not in taken]
                self.statistics["acknowledged"] += len(some)
                if not waiting[screen]:
                    del waiting[screen]
        self._hang_up()

    def _cut(self, waiting: list[int]) -> list[int]:
        """A report of what waits: cut anywhere, in any order, sometimes with what was acknowledged long ago."""
        dice = self._dice
        start = dice.randrange(len(waiting)) if dice.random() < AHEAD else 0
        some = waiting[start : start + dice.randint(1, MAX_PLAYS_A_REQUEST)]
        if dice.random() < OLD:
            some = [*some, *range(dice.randrange(some[0] + 1), some[0])][:MAX_PLAYS_A_REQUEST]
        dice.shuffle(some)
        return some

    def _send(self, screen: int, some: Sequence[int]) -> bool:
        """Whether the screen heard that they are kept."""
        dice = self._dice
        if dice.random() < LOST:
            return False
        body = msgspec.json.encode({"events": [event(screen, n) for n in some]})
        for _ in range(2 if dice.random() < AGAIN else 1):
            heard = self._post(screen, body, heard=dice.random() >= UNHEARD)
            self.statistics["requests"] += 1
            self.statistics["delivered"] += len(some)
        return heard

    def _post(self, screen: int, body: bytes, *, heard: bool) -> bool:
        self._victim.up.wait(LIMIT_S)
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self._victim.port, timeout=LIMIT_S)
            about = {"Authorization": f"Bearer {self._tokens[screen]}", "Content-Type": "application/json"}
            self._connection.request("POST", "/api/device/plays", body, about)
            if heard:
                answer = self._connection.getresponse()
                said = answer.read()
                self.statistics[f"answer {answer.status}"] += 1
                if answer.status not in (200, BUSY):
                    self.refused.append(f"{answer.status} {said.decode()}")
                return answer.status == 200
        except (OSError, http.client.HTTPException):
            self.statistics["broken off"] += 1
        self._hang_up()
        return False

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def run(data: Path, size: Size, seed: int, *, clickhouse_url: str | None = None, module: str = "cloud") -> Told:
    dice = random.Random(seed)
    with Victim(data, module=module) as victim:
        admin = victim.register()
    fleet = make_fleet(CloudConfig(data_dir=data), admin["organization"]["id"], size.screens)
    each = size.events // size.screens
    told = Told(played(fleet.screens, each))
    variables = {} if clickhouse_url is None else {"CLICKHOUSE_URL": clickhouse_url}
    with Victim(data, variables, module) as victim:
        lines = [
            Line(victim, dict(list(enumerate(fleet.tokens))[lane::LANES]), each, random.Random(dice.random()))
            for lane in range(min(LANES, size.screens))
        ]
        threads = [threading.Thread(target=line.run, daemon=True) for line in lines]
        for thread in threads:
            thread.start()
        for moment in sorted(dice.sample(range(each * size.screens), size.kills)):
            while _acknowledged(lines) < moment and any(thread.is_alive() for thread in threads):
                threads[0].join(dice.uniform(0.0, 0.05))  # a look now and then; the instant of the kill is random
            victim.kill()
            victim.start()
        for thread in threads:
            thread.join()
        if clickhouse_url is not None:
            told.counted["clickhouse"] = _settled(victim, admin["token"], told.played)
        told.kills = victim.kills
    with Victim(data, module=module) as victim:
        told.counted["embedded"] = counted(victim, admin["token"])
    statistics = sum((line.statistics for line in lines), Counter[str]())
    told.refused = [fault for line in lines for fault in line.refused]
    told.requests, told.delivered = statistics["requests"], statistics["delivered"]
    return told


def _acknowledged(lines: Sequence[Line]) -> int:
    return sum(line.statistics["acknowledged"] for line in lines)


def counted(victim: Victim, token: str) -> Mapping[str, Counts]:
    """What the cloud says when it is asked."""
    found = {}
    for group in ("content", "device", "hour"):
        answer = requests.get(
            f"{victim.url}/api/analytics/plays.csv?groupBy={group}&{ALWAYS}",
            headers={"Authorization": f"Bearer {token}"}, timeout=LIMIT_S,
        )  # fmt: skip
        answer.raise_for_status()
        rows = csv.DictReader(answer.text.lstrip("\ufeff").splitlines())
        key = "startUtc" if group == "hour" else "id"
        found[group] = {
            row[key][:13] if group == "hour" else row[key]: (int(row["plays"]), int(row["durationMs"])) for row in rows
        }
    return found


def _settled(victim: Victim, token: str, wanted: Mapping[str, Counts]) -> Mapping[str, Counts]:
    """What ClickHouse counts once it has everything, or gets nothing more."""
    last: Mapping[str, Counts] = {}
    while (found := counted(victim, token)) not in (wanted, last):
        last = found
        threading.Event().wait(5.0)  # plays are sent on each second; two equal answers are the end
    return found
