"""What was acknowledged is never lost (promise P5): the cloud is killed at random instants of uploads,
or the servers that it keeps everything in.

Three clients upload all the time, each in its way: a form (`POST /api/content`), a new version (`PUT …/file`) and tus,
which asks where to go on. Every acknowledged file reads back byte for byte; every other is absent, or there as a whole.
"""

import hashlib
import json
import random
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import requests

from tests.cloud.content.test_kill import picture
from tests.cloud.operations.command import run as run_command
from tests.cloud.uploads.sender import Sender
from tests.servers.postgres import postgres_server
from tests.servers.s3 import s3_server
from tests.soak.victim import LIMIT_S, LOOK_S, Victim

SIZES = (1_000, 50_000, 400_000, 1_500_000)
MOST_BETWEEN, LONGEST_S, PATIENCE_S = 2, 0.3, 20.0
"""From one kill to the next: up to two acknowledgements, a random moment more, and no longer than that all the same."""
CHUNKS = 3
BUSY = (429, 503)
"""Fair answers of a machine that has too much to do, or waits for a server, to clients that try again and again."""
PAUSE_S = 0.2
WAYS = ("form", "version", "tus")


@dataclass(slots=True)
class Told:
    acknowledged: Counter[str] = field(default_factory=Counter)
    """By way."""
    broken_off: Counter[str] = field(default_factory=Counter)
    """Uploads under way when the cloud died, as their clients saw it."""
    lost: list[str] = field(default_factory=list)
    """What was acknowledged and does not read back, in words."""
    torn: list[str] = field(default_factory=list)
    """What is listed and is not whole."""
    refused: list[str] = field(default_factory=list)
    """Answers that nobody should get."""
    whole_all_the_same: int = 0
    """Listed uploads whose acknowledgement was never heard."""
    kills: int = 0

    @property
    def kept(self) -> bool:
        return not self.lost and not self.torn and not self.refused


class Refused(Exception):
    """An answer that the client did nothing to deserve."""


class Place(Protocol):
    """Where the cloud is; it may go, and come up elsewhere."""

    up: threading.Event

    @property
    def url(self) -> str: ...


class Uploading:
    """The clients' side: what they sent, and what they were promised."""

    def __init__(self, victim: Place, token: str, seed: int, told: Told) -> None:
        self.ended = threading.Event()
        self.promised: dict[str, set[str]] = {}
        """By content: the SHA-256 that a file may have. Two where a new version was sent and no answer heard."""
        self._victim = victim
        self._headers = {"Authorization": f"Bearer {token}"}
        self._seed = seed
        self._told = told
        self._lock = threading.Lock()

    def acknowledged(self) -> int:
        return sum(self._told.acknowledged.values())

    def run(self, way: str) -> None:
        session, dice, number = requests.Session(), random.Random(f"{self._seed} {way}"), 0
        session.headers.update(self._headers)
        act: dict[str, Callable[[requests.Session, bytes], None]] = {
            "form": self._form, "version": self._version, "tus": self._tus
        }  # fmt: skip
        while not self.ended.is_set():
            number += 1
            data = picture(WAYS.index(way) << 24 | number, dice.choice(SIZES))
            self._victim.up.wait(LIMIT_S)
            try:
                act[way](session, data)
                self._told.acknowledged[way] += 1
            except requests.RequestException:
                self._told.broken_off[way] += 1
                self.ended.wait(PAUSE_S)
            except Refused as fault:
                self._told.refused.append(f"{way}: {fault}")
        session.close()

    def _form(self, session: requests.Session, data: bytes) -> None:
        answer = session.post(f"{self._victim.url}/api/content", files={"file": ("x", data)}, timeout=LIMIT_S)
        self._promise(_good(answer, 201).json()["id"], data)

    def _version(self, session: requests.Session, data: bytes) -> None:
        """Of one content of its own; made when there is none."""
        mine = next((id_ for id_ in tuple(self.promised) if id_.endswith("#version")), None)  # others add to it
        if mine is None:
            answer = session.post(f"{self._victim.url}/api/content", files={"file": ("x", data)}, timeout=LIMIT_S)
            self._promise(f"{_good(answer, 201).json()['id']}#version", data)
            return
        with self._lock:
            self.promised[mine].add(_sha256(data))
        url = f"{self._victim.url}/api/content/{mine.partition('#')[0]}/file"
        _good(session.put(url, files={"file": ("x", data)}, timeout=LIMIT_S), 200)
        self._promise(mine, data)

    def _tus(self, session: requests.Session, data: bytes) -> None:
        """In pieces; a kill is no end: the client asks how much is there and goes on, until it hears that all is."""
        sender = Sender(Client(self._victim, session))
        place = str(_good(sender.create(len(data), filename="x.png"), 201).headers["Location"])
        while not self.ended.is_set():
            self._victim.up.wait(LIMIT_S)
            try:
                asked = sender.request("HEAD", place)
                if asked.status_code == 404:
                    return  # it was taken, and the answer lost: whole, or the check of the list says otherwise
                offset = int(_good(asked, 200).headers["Upload-Offset"])
                answer = sender.append(place, offset, data[offset : offset + len(data) // CHUNKS + 1])
            except requests.RequestException:
                self._told.broken_off["tus"] += 1
                self.ended.wait(PAUSE_S)
                continue
            if answer.status_code >= 400 and answer.status_code not in (
                409,
                *BUSY,
            ):  # it asks anew, and goes on from there
                raise Refused(f"{answer.status_code} {answer.text}")
            if "Vizora-Content-Id" in answer.headers:
                self._promise(answer.headers["Vizora-Content-Id"], data)
                return

    def _promise(self, content_id: str, data: bytes) -> None:
        with self._lock:
            self.promised[content_id] = {_sha256(data)}

    def check(self, *, everything: bool) -> None:
        """Reads back what was promised; at the end all that is listed too."""
        session = requests.Session()
        session.headers.update(self._headers)
        with self._lock:
            promised = dict(self.promised)
        for content_id, allowed in promised.items():
            file = self._get(session, f"/{content_id.partition('#')[0]}/file")
            if file.status_code != 200 or _sha256(file.content) not in allowed:
                self._told.lost.append(f"{content_id}: {file.status_code}, {len(file.content)} bytes")
        if everything:
            self._check_list(session, {content_id.partition("#")[0] for content_id in promised})
        session.close()

    def _check_list(self, session: requests.Session, promised: set[str]) -> None:
        cursor = ""
        while cursor is not None:
            about = {"limit": "200", **({"cursor": cursor} if cursor else {})}
            page = self._get(session, "", about).json()
            cursor = page["nextCursor"]
            for item in page["items"]:
                file = self._get(session, f"/{item['id']}/file")
                if file.status_code != 200 or _sha256(file.content) != item["sha256"]:
                    self._told.torn.append(f"{item['id']}: {file.status_code}")
                self._told.whole_all_the_same += item["id"] not in promised

    def _get(self, session: requests.Session, path: str, query: Mapping[str, str] | None = None) -> requests.Response:
        """Asked again while the cloud says that it is busy, as while a server comes back."""
        deadline = time.monotonic() + LIMIT_S
        while True:
            answer = session.get(f"{self._victim.url}/api/content{path}", params=query, timeout=LIMIT_S)
            if answer.status_code not in BUSY or time.monotonic() > deadline:
                return answer
            time.sleep(PAUSE_S)


class Killable(Protocol):
    def kill(self) -> None: ...

    def start(self) -> None: ...


class Client:
    """`requests` with the shape that Sender wants."""

    def __init__(self, victim: Place, session: requests.Session) -> None:
        self._victim = victim
        self._session = session

    def request(self, method: str, path: str, *, headers: dict[str, str], content: Any) -> requests.Response:
        return self._session.request(method, self._victim.url + path, headers=headers, data=content, timeout=LIMIT_S)


def run(
    data: Path,
    kills: int,
    seed: int,
    *,
    module: str = "cloud",
    look_every: int = 5,
    variables: Mapping[str, str] | None = None,
    servers: Sequence[Killable] = (),
) -> Told:
    """`servers` are killed in the cloud's place, by turns; `variables` say where the cloud finds them."""
    told, dice = Told(), random.Random(seed)
    with Victim(data, variables, module=module) as victim:
        killed: Sequence[Killable] = servers or (victim,)
        uploading = Uploading(victim, victim.register()["token"], seed, told)
        clients = [threading.Thread(target=uploading.run, args=(way,), daemon=True) for way in WAYS]
        for client in clients:
            client.start()
        for number in range(1, kills + 1):
            _wait_for(uploading, dice)
            struck = killed[number % len(killed)]
            struck.kill()
            struck.start()
            told.kills += 1
            if number % look_every == 0 and number < kills:
                uploading.check(everything=False)
        uploading.ended.set()
        for client in clients:
            client.join()
        uploading.check(everything=True)
    checked = run_command("check", "--json", "--data", data, variables=variables)
    told.torn += [] if json.loads(checked.stdout)["good"] else [f"cloud check: {checked.stdout}"]
    return told


def _wait_for(uploading: Uploading, dice: random.Random) -> None:
    """Some uploads more, so that there is something to lose; then the random instant itself."""
    wanted = uploading.acknowledged() + dice.randint(0, MOST_BETWEEN)
    deadline = time.monotonic() + PATIENCE_S
    while uploading.acknowledged() < wanted and time.monotonic() < deadline:
        uploading.ended.wait(LOOK_S)
    uploading.ended.wait(dice.uniform(0.0, LONGEST_S))


def _good(answer: requests.Response, status: int) -> requests.Response:
    if answer.status_code in BUSY:
        raise requests.RequestException
    if answer.status_code != status:
        raise Refused(f"{answer.status_code} {answer.text}")
    return answer


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


LASTING = ("fsync=off", "synchronous_commit=on", "full_page_writes=off", "max_connections=50", "shared_buffers=32MB")
"""A killed process loses nothing that the kernel has; fsync is for the plug."""
FORGETFUL = ("fsync=off", "synchronous_commit=off", "wal_writer_delay=10s", "max_connections=50", "shared_buffers=32MB")
"""The broken twin: it acknowledges what only its own memory has."""


def run_on_servers(
    data: Path, kills: int, seed: int, *, settings: Sequence[str] = LASTING, look_every: int = 5
) -> Told:
    """PostgreSQL and the S3 store are killed by turns, while the cloud goes on."""
    with postgres_server(settings) as database, s3_server() as store:
        store.client().make_bucket("uploads")
        variables = {
            "POSTGRES_URL": f"{database.url}/postgres", "JWT_SECRET": secrets.token_hex(32),
            "DEVICE_JWT_SECRET": secrets.token_hex(32), "MINIO_ENDPOINT": store.endpoint, "MINIO_BUCKET": "uploads",
            "MINIO_ACCESS_KEY": store.access_key, "MINIO_SECRET_KEY": store.secret_key, "MINIO_USE_SSL": "false",
        }  # fmt: skip
        return run(data, kills, seed, look_every=look_every, variables=variables, servers=(database, store))
