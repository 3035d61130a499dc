"""One server of each kind for the whole run, started when the first test asks for it."""

from collections.abc import Iterator

import pytest

from tests.servers.clickhouse import clickhouse_server
from tests.servers.postgres import postgres
from tests.servers.redis import redis_server
from tests.servers.s3 import S3, s3_server


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with postgres() as url:
        yield url


@pytest.fixture(scope="session")
def clickhouse_url() -> Iterator[str]:
    with clickhouse_server() as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    with redis_server() as url:
        yield url


@pytest.fixture(scope="session")
def s3() -> Iterator[S3]:
    with s3_server() as server:
        yield server
