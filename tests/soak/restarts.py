"""Who is asked to end loses nothing that was answered (promise P61).

One process after the other is asked to end (SIGTERM) and started again, while screens are connected, somebody writes,
plays are reported and files are uploaded in pieces and in one go. Afterwards every answered write is there, each screen
was told to come back (1012) and is back.
"""

import random
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from cloud.servers import S3Address
from tests.servers.postgres import postgres
from tests.servers.redis import redis_server
from tests.servers.s3 import s3_server
from tests.soak.clouds import PATIENCE_S, Person, clouds, within
from tests.soak.screens import Screens
from tests.soak.working import Working

GRACE_S = 10.0
"""How long one that was asked to end may take."""
LONGEST_S = 0.5
"""From when everybody has written something to the next restart: a random moment."""


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
    """With which the screens' lines ended: 0 are those that were cut off, 4400 of a machine that was too busy."""
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
        told_to_come_back = self.codes[1012] > 0 and not self.codes[0]
        ended = set(self.statuses) == {0}
        return told_to_come_back and ended and not (self.lost or self.refused or self.away)


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
        with Screens(fleet.screens, fleet.tokens, lambda _: these.port, seed=seed) as screens:
            assert within(PATIENCE_S, lambda: not screens.away()), "not all screens connected"
            working = Working(these, person, fleet, seed)
            for number in range(size.restarts):
                more = partial(working.has_done_more_than, working.done())
                assert within(PATIENCE_S, more), working.done()
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
        told.answered, told.lost, told.refused = working.done(), working.lost, working.refused
        told.faults = sum(one.said().count("Traceback") for one in these.all)
    return told


def soak(seed: int, scale: float) -> tuple[bool, dict[str, Any]]:
    """100 restarts of three processes with 300 screens, while somebody writes, uploads and reports plays."""
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
