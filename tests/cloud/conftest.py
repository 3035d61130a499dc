"""A cloud to test against, in one of its two sizes.

By itself everything runs on the embedded size. With VIZORA_TEST_SIZE=configured the very same tests run on real
servers (`tests.servers`); `make test` does both.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from redis import Redis

from cloud.config import CloudConfig
from cloud.db.database import open_postgres
from cloud.db.ids import new_id
from cloud.servers import S3Address
from tests.cloud.house import House
from tests.fakes.clock import FakeClock
from tests.servers.s3 import S3

CONFIGURED = os.environ.get("VIZORA_TEST_SIZE", "embedded") == "configured"
TEMPLATE = "vizora_template"
BUCKET = "vizora-tests"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On real servers only what stands on them is run again."""
    if CONFIGURED:
        again = [item for item in items if "config" in getattr(item, "fixturenames", ())]
        config.hook.pytest_deselected(items=[item for item in items if item not in again])
        items[:] = again


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> str:
    """A server with an empty cloud's database in it, to be copied: that is quicker than making one each time."""
    with psycopg.connect(f"{postgres_url}/postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {TEMPLATE}")
    open_postgres(f"{postgres_url}/{TEMPLATE}").close()
    return postgres_url


@pytest.fixture
def postgres_database(postgres_template: str) -> Iterator[str]:
    """The address of an empty cloud's database."""
    name = f"vizora_{new_id().replace('-', '')}"
    with psycopg.connect(f"{postgres_template}/postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        yield f"{postgres_template}/{name}"
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def s3_address(s3: S3) -> Iterator[S3Address]:
    """An empty bucket; the same one each time, because to make and remove one takes a second."""
    store = s3.client()
    if not store.bucket_exists(BUCKET):
        store.make_bucket(BUCKET)
    yield S3Address(s3.endpoint, BUCKET, s3.access_key, s3.secret_key, use_ssl=False)
    for left in store.list_objects(BUCKET, recursive=True):
        store.remove_object(BUCKET, str(left.object_name))


@pytest.fixture
def empty_redis(redis_url: str) -> str:
    with Redis.from_url(redis_url) as client:
        client.flushall()
    return redis_url


@pytest.fixture
def config(request: pytest.FixtureRequest, tmp_path: Path) -> CloudConfig:
    """Questions are held for a moment only, so that no test waits. What is due later is done when the test wants it."""
    embedded = CloudConfig(data_dir=tmp_path / "var", long_poll_s=0.05, look_s=3600.0)
    if not CONFIGURED:
        return embedded
    database, store, redis = map(request.getfixturevalue, ("postgres_database", "s3_address", "empty_redis"))
    return replace(embedded, postgres_url=database, s3=store, redis_url=redis)


@pytest.fixture
def house(config: CloudConfig, clock: FakeClock) -> Iterator[House]:
    """A whole cloud in memory's reach: the real application, database and secrets, a still clock."""
    with House(config, clock) as house:
        yield house
