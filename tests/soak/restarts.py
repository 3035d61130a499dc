"""Who is asked to end loses nothing that was answered (facts/reliability.md, P61).

One process after the other is asked to end (SIGTERM) and started again, while screens are connected, somebody writes,
plays are reported and files are uploaded in pieces and in one go. Afterwards every answered write is there, each screen
was told to come back (1012) and is back.
"""

import random
import secrets
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from cloud.servers import S3Address
from tests.cloud import serving
from tests.cloud.device.test_plays import play
from tests.cloud.fleet import Fleet
from tests.soak import uploads
from tests.soak.clouds import PATIENCE_S, Clouds, Person, clouds, within
from tests.soak.screens import Screens
from tests.soak.uploads import Uploading
from tests.soak.victim import LIMIT_S, LOOK_S

GRACE_S = 10.0
"""How long one that was asked to end may take."""
LONGEST_S = 0.5
"""From when everybody has written something to the next restart: a random moment."""
REPORTING = 3
"""Screens that report plays."""
ALWAYS = "from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Size:
    screens: int
    processes: int
    restarts: int


@dataclass(slots=True)
class Told:
    answered: Counter[str] = field(default_factory=Counter)
    """Writes that were said to be done, by kind."""
    lost: list[str] = field(default_factory=list)
    """Of them, what is not there, in words."""
    refused: list[str] = field(default_factory=list)
    """Answers that nobody should get."""
    codes: Counter[int] = field(default_factory=Counter)
    """With which the screens' lines ended; 0 are those that were cut off."""
    ends_s: list[float] = field(default_factory=list)
    """How long each process took to end."""
    statuses: Counter[int] = field(default_factory=Counter)
    """Of processes that ended."""
    away: int = 0
    """Screens that were not back in the end."""
    faults: int = 0
    """Tracebacks in what the processes said."""

    @property
    def kept(self) -> bool:
        right = set(self.codes) == {1012} and set(self.statuses) == {0}
        return right and not (self.lost or self.refused or self.away or self.faults)


class Working:
    """The load: each in a thread of its own, each as persistent as a real one."""

    def __init__(self, these: Clouds, person: Person, fleet: Fleet, seed: int, told: Told) -> None:
        self.ended = threading.Event()
        self.sent = uploads.Told()
        self._clouds, self._person, self._fleet, self._told = these, person, fleet, told
        self._uploading = Uploading(these, person.token, seed, self.sent)
        self._names = set[str]()
        kinds = {"playlist": self._playlists, "plays": self._plays}
        self._threads = [threading.Thread(target=work, daemon=True) for work in kinds.values()]
        ways = ("form", "tus")
        self._threads += [threading.Thread(target=self._uploading.run, args=(way,), daemon=True) for way in ways]
        for thread in self._threads:
            thread.start()

    def done(self) -> Counter[str]:
        return self._told.answered + self.sent.acknowledged

    def has_done_more_than(self, before: Mapping[str, int]) -> bool:
        """Each of them."""
        done = self.done()
        return all(done[kind] > before.get(kind, 0) for kind in ("playlist", "plays", "form", "tus"))

    def end(self) -> None:
        self.ended.set()
        self._uploading.ended.set()
        for thread in self._threads:
            thread.join()

    def check(self) -> None:
        """Reads back what was answered."""
        self._uploading.check(everything=False)
        self._told.lost += self.sent.lost
        self._told.refused += self.sent.refused
        self._told.answered += self.sent.acknowledged
        names, cursor = set[str](), ""
        while cursor is not None:
            page = self._person.call("GET", f"/api/playlists?limit=200{f'&cursor={cursor}' if cursor else ''}")
            names |= {item["name"] for item in page["items"]}
            cursor = page["nextCursor"]
        self._told.lost += [f"playlist {name}" for name in self._names - names]
        items = self._person.call("GET", f"/api/analytics/plays?groupBy=device&{ALWAYS}")["items"]
        counted = sum(item["plays"] for item in items)
        if counted != self._told.answered["plays"]:
            self._told.lost.append(f"plays: {self._told.answered['plays']} were taken, {counted} are counted")

    def _playlists(self) -> None:
        while not self.ended.is_set():
            name = secrets.token_hex(8)
            self._try("playlist", "/api/playlists", {"name": name, "items": []}, self._person.token)
            self._names.add(name)

    def _plays(self) -> None:
        """Each once; a report whose answer got lost is sent again, as a screen does."""
        number = 0
        while not self.ended.is_set():
            token = self._fleet.tokens[number % REPORTING]
            self._try("plays", "/api/device/plays", {"events": [play(number)]}, token)
            number += 1

    def _try(self, kind: str, path: str, body: Any, token: str) -> None:
        """Until it is answered: elsewhere, under the same key."""
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": secrets.token_hex(16)}
        while True:
            try:
                answer = requests.post(self._clouds.url + path, json=body, headers=headers, timeout=LIMIT_S)
            except requests.RequestException:
                time.sleep(LOOK_S)
                continue
            if answer.ok:
                self._told.answered[kind] += 1
                return
            if answer.status_code != uploads.BUSY:
                self._told.refused.append(f"{kind}: {answer.status_code} {answer.text}")


def run(
    folder: Path, postgres_url: str, redis_url: str, s3: S3Address, size: Size, seed: int, *, module: str = "cloud"
) -> Told:
    """`postgres_url` is of an empty database."""
    told, dice = Told(), random.Random(seed)
    variables = {
        "POSTGRES_URL": postgres_url, "REDIS_URL": redis_url, "MINIO_ENDPOINT": s3.endpoint, "MINIO_USE_SSL": "false",
        "MINIO_ACCESS_KEY": s3.access_key, "MINIO_SECRET_KEY": s3.secret_key, "MINIO_BUCKET": s3.bucket,
    }  # fmt: skip
    with clouds(folder, variables, size.processes, seed, module) as these:
        person = Person(these)
        fleet = these.fleet(person.organization_id, size.screens)
        worker = serving.start_worker(folder / "worker", **these.variables)
        with Screens(fleet.screens, fleet.tokens, lambda _: these.port, seed=seed) as screens:
            assert within(PATIENCE_S, lambda: not screens.away()), "not all screens connected"
            working = Working(these, person, fleet, seed, told)
            for number in range(size.restarts):
                before = working.done()
                assert within(PATIENCE_S, lambda before=before: working.has_done_more_than(before)), working.done()
                time.sleep(dice.uniform(0.0, LONGEST_S))  # the random instant itself
                one = these.all[number % size.processes]
                status, took_s = one.stop()
                told.statuses[status] += 1
                told.ends_s.append(took_s)
                one.start()
            working.end()
            within(PATIENCE_S, lambda: not screens.away())
            told.away, told.codes = len(screens.away()), screens.codes.copy()
        working.check()
        told.faults = sum(one.said().count("Traceback") for one in these.all)
        worker.stop()
    return told


def soak(seed: int, scale: float) -> tuple[bool, dict[str, Any]]:
    """100 restarts of three processes with 300 screens, while somebody writes, uploads and reports plays."""
    import tempfile

    from tests.servers.postgres import postgres
    from tests.servers.redis import redis_server
    from tests.servers.s3 import s3_server

    size = Size(300, 3, max(round(100 * scale), 1))
    with (
        tempfile.TemporaryDirectory(prefix="vizora-soak-") as folder,
        postgres() as url, redis_server() as redis, s3_server() as store,
    ):  # fmt: skip
        store.client().make_bucket("soak")
        address = S3Address(store.endpoint, "soak", store.access_key, store.secret_key, use_ssl=False)
        told = run(Path(folder), f"{url}/postgres", redis, address, size, seed)
    return told.kept and max(told.ends_s) <= GRACE_S, {
        "answered": dict(told.answered),
        "lost": told.lost[:20],
        "refused": told.refused[:20],
        "close codes": dict(told.codes),
        "exit statuses": dict(told.statuses),
        "ended after s, slowest": round(max(told.ends_s), 1),
        "not back": told.away,
        "tracebacks": told.faults,
    }
