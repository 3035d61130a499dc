"""An ordinary day, in short: screens beat while people look at pages and change things (promise P60).

So many requests begin each second, whether those before were answered or not, and each one's time counts from when it
was due: a server that falls behind can't hide it. Memory is looked at when everything has been done a few times.
"""

import itertools
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from bench.process import cpu_s, rss_mib
from tests.cloud.fleet import Fleet
from tests.cloud.web.fleet import pages
from tests.servers.postgres import postgres
from tests.servers.redis import redis_server
from tests.soak.clouds import PATIENCE_S, Person, clouds, within
from tests.soak.screen import BEAT_S, Habits
from tests.soak.screens import Screens
from tests.soak.victim import LIMIT_S, Victim

GROWTH_MIB = 16.0
"""What the server may take more at the end than when everything had been done before: nothing grows with the work."""
IDLE_S = 2.0
"""The server closes a connection that is idle for 5 s."""
LISTS = ("devices", "content", "playlists", "layouts", "schedules", "publish", "users", "audit-logs")
P99_MS, RSS_MIB = 300.0, 600.0
"""What promise P60 wants of such a day on two cores that have nothing else to do."""


@dataclass(frozen=True, slots=True)
class Size:
    screens: int
    requests: int
    before: int
    """Requests at first, until memory is looked at."""
    a_second: float = 50.0
    at_once: int = 32
    """People at most who wait for an answer."""
    beat_s: float = BEAT_S


@dataclass(slots=True)
class Told:
    errors: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    taken_ms: list[float] = field(default_factory=list)
    """Of each answer, sorted."""
    start_mib: float = 0.0
    end_mib: float = 0.0
    cpu_s: float = 0.0
    """Of the server, for these requests and the screens' beats meanwhile: also on a machine that others use."""
    codes: Counter[int] = field(default_factory=Counter)
    """Of screens' lines that ended: none should have."""
    screens: Counter[int] = field(default_factory=Counter)
    """What screens were answered when they asked."""

    @property
    def grown_mib(self) -> float:
        return self.end_mib - self.start_mib

    def part_ms(self, part: float) -> float:
        return self.taken_ms[int(part * (len(self.taken_ms) - 1))]


class Office:
    """The people: what they ask for, in turn."""

    def __init__(self, at: Victim, person: Person, fleet: Fleet, told: Told) -> None:
        self._url, self._told = at.url, told
        login = {"email": person.signed_up["email"], "password": person.signed_up["password"]}
        self._headers = {"Authorization": f"Bearer {person.token}"}
        self._cookies = requests.post(f"{at.url}/api/auth/login", json=login, timeout=LIMIT_S).cookies
        first = {kind: person.call("GET", f"/api/{kind}s")["items"][0]["id"] for kind in ("playlist", "schedule")}
        shown = pages({"device": fleet.screens[0], "content": fleet.content_id, **first})
        looks = [*shown, *(f"/api/{name}" for name in LISTS), *(f"/api/devices/{id_}" for id_ in fleet.screens[:8])]
        changes: list[tuple[str, str, Any]] = [
            *(("PATCH", f"/api/devices/{id_}", {"location": "by the door"}) for id_ in fleet.screens[:3]),
            ("PATCH", f"/api/playlists/{first['playlist']}", {"name": "Day"}),
            ("POST", "/api/publish", {
                "contentId": fleet.content_id, "target": {"deviceIds": list(fleet.screens[:10])}, "durationMs": 2_000,
            }),
        ]  # fmt: skip
        self._turns = itertools.cycle([*(("GET", path, None) for path in looks), *changes])
        self._own = threading.local()

    def work(self, count: int, size: Size) -> None:
        """So many requests; returns when all are answered."""
        begun = time.monotonic()
        with ThreadPoolExecutor(size.at_once) as threads:
            for number in range(count):
                due = begun + number / size.a_second
                time.sleep(max(due - time.monotonic(), 0.0))  # the load's own pace
                threads.submit(self._ask, *next(self._turns), due)

    def _session(self) -> requests.Session:
        """This thread's connection; anew when it had nothing to do for so long that the server closes it."""
        own, now = self._own.__dict__, time.monotonic()
        if now - own.get("used", now) > IDLE_S:
            own.pop("session").close()
        own["used"] = now
        session: requests.Session = own.setdefault("session", requests.Session())
        return session

    def _ask(self, method: str, path: str, body: Any, due: float) -> None:
        session = self._session()
        cookies = None if path.startswith("/api") else self._cookies
        headers = self._headers if path.startswith("/api") else {}
        try:
            answer = session.request(
                method, self._url + path, json=body, headers=headers, cookies=cookies, timeout=LIMIT_S,
                allow_redirects=False,
            )  # fmt: skip
        except requests.RequestException as fault:
            self._told.errors.append(f"{method} {path}: {fault}")
            return
        self._told.taken_ms.append((time.monotonic() - due) * 1000)
        self._told.statuses[answer.status_code] += 1
        if answer.status_code not in (200, 201):
            self._told.errors.append(f"{method} {path}: {answer.status_code} {answer.text[:200]}")


def run(folder: Path, postgres_url: str, redis_url: str, size: Size, seed: int, *, module: str = "cloud") -> Told:
    """`postgres_url` is of an empty database."""
    told = Told()
    variables = {"POSTGRES_URL": postgres_url, "REDIS_URL": redis_url}
    with clouds(folder, variables, 1, seed, module) as these:
        (server,) = these.all
        person = Person(these)
        fleet = these.fleet(person.organization_id, size.screens)
        with Screens(fleet.screens, fleet.tokens, lambda _: server.port, Habits(size.beat_s), seed=seed) as screens:
            assert within(PATIENCE_S, lambda: not screens.away()), "not all screens connected"
            office = Office(server, person, fleet, told)
            office.work(size.before, size)
            told.taken_ms.clear()
            told.start_mib, used_s = rss_mib(server.pid), cpu_s(server.pid)
            office.work(size.requests, size)
            told.end_mib, told.cpu_s = rss_mib(server.pid), cpu_s(server.pid) - used_s
            told.codes, told.screens = screens.codes.copy(), screens.statuses.copy()
    told.taken_ms.sort()
    return told


def soak(seed: int, scale: float) -> tuple[bool, dict[str, Any]]:
    """10 minutes of 1,000 screens that beat and 50 requests a second of people, at one server on real servers."""
    size = Size(1000, round(30_000 * scale), 1500)
    with tempfile.TemporaryDirectory(prefix="vizora-soak-") as folder, postgres() as url, redis_server() as redis:
        told = run(Path(folder), f"{url}/postgres", redis, size, seed)
    took = {f"p{name} ms": round(told.part_ms(part)) for name, part in (("50", 0.5), ("95", 0.95), ("99", 0.99))}
    return not told.errors and not told.codes and told.grown_mib <= GROWTH_MIB, {
        "requests": len(told.taken_ms),
        "errors": told.errors[:20],
        "answers": {str(status): count for status, count in sorted(told.statuses.items())},
        **took,
        "server's CPU ms a request": round(1000 * told.cpu_s / max(1, len(told.taken_ms)), 1),
        "RSS MiB at the start": round(told.start_mib),
        "RSS MiB at the end": round(told.end_mib),
        "as wanted": {"p99": told.part_ms(0.99) <= P99_MS, "RSS": told.end_mib <= RSS_MIB},
        "lines lost": sum(told.codes.values()),
    }
