"""A cloud to test against: the real application behind Starlette's TestClient, with people who signed in."""

import asyncio
import base64
import hashlib
import itertools
import os
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import parse_qsl, urlsplit

from msgspec import convert
from sqlalchemy import select
from starlette.testclient import TestClient

from cloud.accounts.passwords import Passwords
from cloud.app import create_app
from cloud.config import CloudConfig
from cloud.db import tables
from cloud.db.ids import new_id
from cloud.db.unit import Unit
from cloud.device.seen import Seen
from cloud.limits.redis_rates import RedisRates
from cloud.services import Cloud
from tests.cloud.openapi.promise import keep
from tests.fakes.clock import FakeClock
from tests.fakes.letterbox import Letterbox
from vizora.identifiers import OrganizationId
from vizora.manifest.model import Key, Manifest
from vizora.manifest.trust import accept

T = TypeVar("T")
_numbers = itertools.count(1)
PATIENCE_S = 60.0
PASSWORD = "correct horse battery"
KEPT = {"response": [keep]}
"""Every answer any test gets is held against /openapi.json."""


@dataclass(slots=True)
class Person:
    """Somebody who signed in; `client` sends their token."""

    client: TestClient
    id: str
    organization_id: str
    email: str

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.request(method, path, json=body, headers=headers)

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.post(path, json=body, headers=headers)


@dataclass(slots=True)
class Screen:
    """A paired device; `client` sends its token."""

    client: TestClient
    id: str
    token: str
    keys: tuple[Key, ...]

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers=headers)

    def post(self, path: str, body: Any = None) -> Any:
        return self.client.post(path, json=body)

    def manifest(self) -> Manifest:
        """Fetched, and accepted as the device accepts it."""
        answer = self.get("/api/device/manifest")
        assert answer.status_code == 200, answer.text
        accepted = accept(
            answer.content,
            answer.headers["Vizora-Signature"],
            keys=self.keys,
            device_id=self.id,
            highest_version=None,
            now=FakeClock().now(),
        )
        return accepted.manifest


class WatchedPasswords(Passwords):
    """Cheap hashes, and a memory of what was checked."""

    def __init__(self) -> None:
        super().__init__(memory_kib=64, threads=1)
        self.checked: list[str | None] = []

    def check(self, password_hash: str | None, password: str) -> bool:
        self.checked.append(password_hash)
        return super().check(password_hash, password)


class House:
    def __init__(self, config: CloudConfig, clock: FakeClock) -> None:
        self.clock = clock
        self.passwords = WatchedPasswords()
        self.cloud = Cloud(config, clock, self.passwords)
        if config.redis_url is not None:  # with the test's time, not Redis' own
            now = partial(_microseconds, clock)
            assert isinstance(self.cloud.rates, RedisRates)
            self.cloud.rates = RedisRates(config.redis_url, clock.monotonic, now_us=now)
        self.letters = Letterbox()
        if config.smtp is None:
            self.cloud.post = self.letters
        self.app = create_app(config, cloud=self.cloud)
        self.client = TestClient(self.app, base_url="http://127.0.0.1:3000")
        self.client.event_hooks = KEPT

    def __enter__(self) -> Self:
        self.client.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.__exit__(kind, fault, trace)

    def register(self, name: str = "Acme", email: str | None = None) -> Person:
        """A new organization's admin."""
        email = email or f"admin@{name.lower()}.example"
        answer = self.client.post("/api/auth/register", json=registration(email=email, organizationName=name))
        assert answer.status_code == 201, answer.text
        body = answer.json()
        self.client.cookies.clear()
        return Person(self.bearing(body["token"]), body["user"]["id"], body["organization"]["id"], email)

    def hire(self, admin: Person, role: str, email: str | None = None) -> Person:
        """Another person of the admin's organization, signed in."""
        email = email or f"{role}-{next(_numbers)}@{admin.email.split('@')[1]}"
        wanted = {"email": email, "password": PASSWORD, "firstName": "Sam", "lastName": "Smith", "role": role}
        made = admin.post("/api/users", wanted)
        assert made.status_code == 201, made.text
        return Person(self.sign_in(email), made.json()["id"], admin.organization_id, email)

    def sign_in(self, email: str, password: str = PASSWORD, **more: str) -> TestClient:
        """A client with a new token of this person."""
        answer = self.client.post("/api/auth/login", json={"email": email, "password": password, **more})
        self.client.cookies.clear()
        assert answer.status_code == 200, answer.text
        return self.bearing(answer.json()["token"])

    def ask_to_pair(self, *, key: str | None = None, **about: str) -> Any:
        """What a device without an owner gets for asking."""
        body = {"deviceIdentifier": f"device-{next(_numbers)}", "publicKey": key or public_key(), **about}
        answer = self.client.post("/api/pairing", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def fragment_of(self, started: Any) -> dict[str, str]:
        """What the QR's address says behind its `#`: code and claim key."""
        return dict(parse_qsl(urlsplit(started["verificationUriComplete"]).fragment))

    def pair(self, person: Person, **wishes: Any) -> Screen:
        """A screen of this person's organization, through the real calls."""
        started = self.ask_to_pair(resolution="1280x720")
        claimed = person.post("/api/devices/pair", {**self.fragment_of(started), **wishes})
        assert claimed.status_code == 200, claimed.text
        paired = self.client.post("/api/pairing/token", json={"deviceCode": started["deviceCode"]}).json()
        token = paired["deviceToken"]
        return Screen(
            self.bearing(token), paired["device"]["id"], token, convert(paired["manifestKeys"], tuple[Key, ...])
        )

    def do(self, organization_id: str, work: Callable[[Unit], T]) -> T:
        """Runs `work` in a committed transaction of an organization, as a handler's would be."""
        return self.on_loop(lambda: self.cloud.write(work, OrganizationId(organization_id)))

    def on_loop(self, act: Callable[[], Awaitable[T]]) -> T:
        """Runs `act` on the application's own event loop."""
        portal = self.client.portal
        assert portal is not None

        async def run() -> T:
            return await act()

        return portal.call(run)

    def stock(self, person: Person, *titles: str) -> str:
        """A playlist of still pictures with these titles, ready to be shown; returns its id."""

        def work(unit: Unit) -> str:
            playlist = unit.create(tables.playlists, name="Stock", play_order="sequence", seed=1)
            for position, title in enumerate(titles):
                add_item(unit, playlist, position, add_picture(unit, title))
            unit.screens_may_change()
            return playlist

        return self.do(person.organization_id, work)

    def schedule(self, person: Person, playlist_id: str, **changes: Any) -> str:
        """Always on, on every screen; returns its id."""

        def work(unit: Unit) -> str:
            values = {
                "name": "Always",
                "playlist_id": playlist_id,
                "target": {"all": True},
                "priority": 0,
                "time_zone": "device",
                "recurrence": {"kind": "always"},
            }
            unit.screens_may_change()
            return unit.create(tables.schedules, **(values | changes))

        return self.do(person.organization_id, work)

    def flush_seen(self) -> None:
        """Writes down which screens were heard, as the background does every second."""
        self.on_loop(self.cloud.part(Seen).flush)

    def work(self) -> None:
        """Waits until nothing is left for workers to do now (`look_s` is long, so nothing becomes due by itself)."""
        jobs = tables.jobs

        def waits(unit: Unit) -> bool:
            due = select(jobs.c.id).where(jobs.c.due_at <= unit.now, jobs.c.given_up_at.is_(None), jobs.c.subject != "")
            return unit.row(due.limit(1)) is not None

        deadline = time.monotonic() + PATIENCE_S
        while self.do("-", waits):
            assert time.monotonic() < deadline, "the jobs don't get done"

    def settle(self) -> None:
        """Lets the event loop do what is due: a line that ended is tidied up a few turns later."""

        async def turns() -> None:
            for _ in range(20):
                await asyncio.sleep(0)

        self.on_loop(turns)

    def bearing(self, token: str) -> TestClient:
        """A client of the same running application that sends this token."""
        client = TestClient(self.app, base_url="http://127.0.0.1:3000", headers={"Authorization": f"Bearer {token}"})
        client.portal = self.client.portal
        client.event_hooks = KEPT
        return client


def _microseconds(clock: FakeClock) -> int:
    return int(clock.monotonic() * 1e6)


def at_once(*calls: Callable[[], Any]) -> list[int]:
    """The statuses of calls that are made at the same time, sorted."""
    together = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> int:
        together.wait()
        return int(call().status_code)

    with ThreadPoolExecutor(len(calls)) as threads:
        return sorted(threads.map(run, calls))


def public_key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


def add_picture(unit: Unit, title: str, *, status: str = "ready") -> str:
    return unit.create(
        tables.content,
        type="image",
        title=title,
        status=status,
        sha256=hashlib.sha256(title.encode()).hexdigest(),
        media_type="image/png",
        size=len(title),
        width=100,
        height=50,
    )


def add_item(unit: Unit, playlist_id: str, position: int, content_id: str) -> None:
    unit.insert(
        tables.playlist_items,
        id=new_id(),
        playlist_id=playlist_id,
        position=position,
        content_id=content_id,
        duration_ms=5000,
        fit="contain",
        transition_kind="cut",
        transition_ms=0,
    )


def registration(**changes: Any) -> dict[str, Any]:
    return {
        "email": "ada@acme.example",
        "password": PASSWORD,
        "firstName": "Ada",
        "lastName": "Lovelace",
        "organizationName": "Acme",
    } | changes
