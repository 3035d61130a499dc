"""Several real `cloud serve` processes on the same servers, somebody who works with them, and the Redis they share."""

import random
import secrets
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import requests
from redis import Redis

from cloud.config import load
from tests.cloud.fleet import Fleet, make_fleet
from tests.cloud.house import registration
from tests.servers.redis import redis_server
from tests.soak.victim import LIMIT_S, LOOK_S, Victim

PATIENCE_S = 60.0


class RedisToKill:
    def __init__(self) -> None:
        self._stack = ExitStack()
        self.url = self._stack.enter_context(redis_server(ending=signal.SIGKILL))

    def kill(self) -> None:
        self._stack.close()

    def start(self) -> None:
        port = int(self.url.rpartition(":")[2])
        self._stack.enter_context(redis_server(port, ending=signal.SIGKILL))

    def flush(self) -> None:
        with Redis.from_url(self.url) as client:
            client.flushall()


@contextmanager
def redis_to_kill() -> Iterator[RedisToKill]:
    redis = RedisToKill()
    try:
        yield redis
    finally:
        redis.kill()


class Clouds:
    """`module` is what they run: `cloud`, or a twin of it that is broken on purpose."""

    def __init__(
        self, folder: Path, variables: Mapping[str, str], count: int, seed: int, module: str = "cloud"
    ) -> None:
        self.variables = {
            "JWT_SECRET": secrets.token_hex(32), "DEVICE_JWT_SECRET": secrets.token_hex(32), **variables
        }  # fmt: skip
        self.up = threading.Event()
        """Whoever wants something need not wait: he asks the next one."""
        self.up.set()
        self._folder = folder
        self._dice = random.Random(seed)
        self.all = [Victim(folder / f"process-{n}", self.variables, module) for n in range(count)]

    @property
    def port(self) -> int:
        """Of any of them, as a balancer that has not heard which of them is gone."""
        return self._dice.choice(self.all).port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def fleet(self, organization_id: str, screens: int) -> Fleet:
        return make_fleet(load(self.variables, data_dir=self._folder / "made"), organization_id, screens)


@contextmanager
def clouds(
    folder: Path, variables: Mapping[str, str], count: int, seed: int, module: str = "cloud"
) -> Iterator[Clouds]:
    with ExitStack() as stack:
        these = Clouds(folder, variables, count, seed, module)
        for one in these.all:
            stack.enter_context(one)
        yield these


class Person:
    """Asks again at another process until there is an answer; what makes something under one Idempotency-Key."""

    def __init__(self, clouds: Clouds) -> None:
        self.statuses = Counter[int]()
        self._clouds = clouds
        self.signed_up = registration()
        answer = requests.post(f"{clouds.url}/api/auth/register", json=self.signed_up, timeout=LIMIT_S)
        answer.raise_for_status()
        self.organization_id = str(answer.json()["organization"]["id"])
        self.token = str(answer.json()["token"])

    def call(self, method: str, path: str, body: Any = None, *, at: Victim | None = None) -> Any:
        """Raises AssertionError when nobody gives it a proper answer in time."""
        headers = {"Authorization": f"Bearer {self.token}"}
        if method == "POST":
            headers["Idempotency-Key"] = secrets.token_hex(16)
        deadline = time.monotonic() + PATIENCE_S
        while True:
            url = self._clouds.url if at is None else at.url
            try:
                answer = requests.request(method, url + path, json=body, headers=headers, timeout=LIMIT_S)
            except requests.RequestException:
                time.sleep(LOOK_S)
            else:
                self.statuses[answer.status_code] += 1
                if answer.ok:
                    return answer.json() if answer.content else None
                assert answer.status_code in (409, 503), f"{method} {path}: {answer.status_code} {answer.text}"
            assert time.monotonic() < deadline, f"{method} {path}: no answer"


def within(seconds: float, true: Callable[[], bool]) -> bool:
    """Whether it came true in time; looks again and again."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(LOOK_S)
    return True
