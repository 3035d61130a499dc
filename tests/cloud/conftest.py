import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from cloud.config import CloudConfig
from cloud.db.unit import new_id
from tests.cloud.house import House
from tests.fakes.clock import FakeClock

POSTGRES = os.environ.get("VIZORA_TEST_POSTGRES_URL")
"""A server to run everything that lives in a `house` against, as in postgresql://user@127.0.0.1:5432."""


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def config(tmp_path: Path) -> Iterator[CloudConfig]:
    """Questions are held for a moment only, so that no test waits."""
    embedded = CloudConfig(data_dir=tmp_path / "var", long_poll_s=0.05)
    if POSTGRES is None:
        yield embedded
        return
    name = f"vizora_{new_id().replace('-', '')}"
    with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield CloudConfig(data_dir=tmp_path / "var", long_poll_s=0.05, postgres_url=f"{POSTGRES}/{name}")
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def house(config: CloudConfig, clock: FakeClock) -> Iterator[House]:
    """A whole cloud in memory's reach: the real application, database and secrets, a still clock."""
    with House(config, clock) as house:
        yield house
