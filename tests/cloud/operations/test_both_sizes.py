"""Backup while people work, restore while it is killed: the same promise on SQLite with a folder and on PostgreSQL with
an S3 store. What was acknowledged before the backup began is in it; a restore that was killed is nothing or everything.
"""

import hashlib
import json
import random
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import requests

from cloud.data_folder import RESTORING
from cloud.db.ids import new_id
from cloud.operations.archive import DATABASE
from cloud.servers import S3Address
from tests.cloud.content.test_kill import picture
from tests.cloud.operations.command import begin, run
from tests.servers.s3 import S3
from tests.soak.victim import LIMIT_S, Victim

SEED, KILLS, BEFORE = 20261126, 3, 6
LONGEST_S = 2.0
"""Until a restore is killed, at most; it is done by then on a quiet machine."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a cloud keeps everything."""

    data: Path
    variables: Mapping[str, str]


@pytest.fixture(params=["embedded", "configured"])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Place, Place]]:
    """The one that is backed up, and an empty one."""
    if request.param == "embedded":
        yield Place(tmp_path / "one", {}), Place(tmp_path / "other", {})
        return
    database, store = request.getfixturevalue("postgres_database"), request.getfixturevalue("s3_address")
    server, s3 = request.getfixturevalue("postgres_template"), request.getfixturevalue("s3")
    shared = {"JWT_SECRET": secrets.token_hex(32), "DEVICE_JWT_SECRET": secrets.token_hex(32)}
    with another_database(server) as other, another_bucket(s3) as bucket:
        yield (
            Place(tmp_path / "one", {**shared, "POSTGRES_URL": database, **s3_variables(store, store.bucket)}),
            Place(tmp_path / "other", {**shared, "POSTGRES_URL": other, **s3_variables(store, bucket)}),
        )


class another_database:  # noqa: N801 - `with another_database(server) as url:`
    def __init__(self, server: str) -> None:
        self._server, self._name = server, f"vizora_{new_id().replace('-', '')}"

    def __enter__(self) -> str:
        self._execute(f"CREATE DATABASE {self._name}")
        return f"{self._server}/{self._name}"

    def __exit__(self, *_: object) -> None:
        self._execute(f"DROP DATABASE {self._name} WITH (FORCE)")

    def _execute(self, sql: str) -> None:
        with psycopg.connect(f"{self._server}/postgres", autocommit=True) as server:
            server.execute(sql)


class another_bucket:  # noqa: N801 - `with another_bucket(s3) as name:`
    def __init__(self, s3: S3) -> None:
        self._store, self._name = s3.client(), f"restored-{secrets.token_hex(4)}"

    def __enter__(self) -> str:
        self._store.make_bucket(self._name)
        return self._name

    def __exit__(self, *_: object) -> None:
        for left in self._store.list_objects(self._name, recursive=True):
            self._store.remove_object(self._name, str(left.object_name))
        self._store.remove_bucket(self._name)


def s3_variables(store: S3Address, bucket: str) -> Mapping[str, str]:
    return {
        "MINIO_ENDPOINT": store.endpoint, "MINIO_ACCESS_KEY": store.access_key, "MINIO_BUCKET": bucket,
        "MINIO_SECRET_KEY": store.secret_key, "MINIO_USE_SSL": "false",
    }  # fmt: skip


class Worker:
    """Uploads and deletes all the time; remembers what was acknowledged."""

    def __init__(self, victim: Victim, token: str) -> None:
        self.kept: dict[str, str] = {}
        """SHA-256 by content."""
        self._url = f"{victim.url}/api/content"
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {token}"
        self._number = 0

    def upload(self) -> None:
        self._number += 1
        data = picture(self._number, 40_000)
        answer = self._session.post(self._url, files={"file": ("x.png", data)}, timeout=LIMIT_S)
        assert answer.status_code == 201, answer.text
        if self._number % 3:
            self.kept[answer.json()["id"]] = hashlib.sha256(data).hexdigest()
        else:
            self._session.delete(f"{self._url}/{answer.json()['id']}", timeout=LIMIT_S)

    def work_until(self, ended: threading.Event) -> None:
        while not ended.is_set():
            self.upload()

    def close(self) -> None:
        self._session.close()


def under_load(worker: Worker, act: Callable[[], None]) -> None:
    ended = threading.Event()
    working = threading.Thread(target=worker.work_until, args=(ended,))
    working.start()
    try:
        act()
    finally:
        ended.set()
        working.join()


def test_what_was_acknowledged_before_a_backup_comes_back_however_often_its_restore_is_killed(
    places: tuple[Place, Place], tmp_path: Path
) -> None:
    one, other = places
    archive = tmp_path / "vizora.tar"
    with Victim(one.data, one.variables) as victim:
        token = victim.register()["token"]
        worker = Worker(victim, token)
        for _ in range(BEFORE):
            worker.upload()
        before = dict(worker.kept)
        under_load(worker, lambda: _done("backup", archive, one))
        worker.close()

    dice, restored = random.Random(SEED), False
    for _ in range(KILLS):
        process = begin("restore", archive, "--data", other.data, variables=other.variables)
        threading.Event().wait(dice.uniform(0.2, LONGEST_S))  # the random instant
        process.kill()
        restored = process.wait() == 0
        assert rows_in(other) in (0, 1)
        if restored:
            break
    if not restored and not is_whole(other):
        _done("restore", archive, other)

    checked = json.loads(run("check", "--json", "--data", other.data, variables=other.variables).stdout)
    with Victim(other.data, other.variables) as again:
        found = {content_id: file_of(again, token, content_id) for content_id in before}

    assert checked["good"]
    assert found == before


def _done(what: str, archive: Path, place: Place) -> None:
    ended = run(what, archive, "--data", place.data, variables=place.variables)
    assert ended.returncode == 0, ended.stderr


def rows_in(place: Place) -> int:
    """How many organizations the database has, where it is a server: a transaction that was cut leaves none."""
    if "POSTGRES_URL" not in place.variables:
        return 0
    with psycopg.connect(place.variables["POSTGRES_URL"]) as database:
        there = database.execute("SELECT to_regclass('organizations')").fetchone()
        if there is None or there[0] is None:
            return 0
        row = database.execute("SELECT count(*) FROM organizations").fetchone()
        return int(row[0]) if row else 0


def is_whole(place: Place) -> bool:
    """Whether a kill came after the last step."""
    if "POSTGRES_URL" in place.variables:
        return rows_in(place) == 1
    return (place.data / DATABASE).exists() and not (place.data / RESTORING).exists()


def file_of(victim: Victim, token: str, content_id: str) -> str:
    file = requests.get(
        f"{victim.url}/api/content/{content_id}/file", headers={"Authorization": f"Bearer {token}"}, timeout=LIMIT_S
    )
    return hashlib.sha256(file.content).hexdigest()
