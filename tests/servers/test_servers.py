import os
from io import BytesIO
from pathlib import Path

import psycopg
import pytest
from redis import Redis

from tests.servers import program as programs
from tests.servers.program import program
from tests.servers.redis import redis_server
from tests.servers.s3 import S3


def test_postgres_takes_databases_of_our_own(postgres_url: str) -> None:
    with psycopg.connect(f"{postgres_url}/postgres") as connection:
        answer = connection.execute("SELECT current_user, version()").fetchone()

    assert answer is not None
    assert answer[0] == "vizora"


def test_redis_starts_anew_on_the_same_port_with_nothing_in_it() -> None:
    with redis_server() as url, Redis.from_url(url) as first:
        first.set("x", 1)
    with redis_server(int(url.rpartition(":")[2])) as again, Redis.from_url(again) as second:
        assert second.get("x") is None


def test_the_s3_store_has_room_for_many_buckets_and_keeps_what_it_is_given(s3: S3) -> None:
    client = s3.client()
    buckets = [f"kept-{number}" for number in range(8)]
    for bucket in buckets:
        client.make_bucket(bucket)
        client.put_object(bucket, "a", BytesIO(bucket.encode()), len(bucket))

    for bucket in buckets:
        with client.get_object(bucket, "a") as answer:
            assert answer.read() == bucket.encode()


def test_a_missing_server_is_a_failure_that_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))

    with pytest.raises(RuntimeError, match="make setup test-packages"):
        program("redis-server")


def test_a_program_that_ends_at_once_is_told_with_what_it_said(tmp_path: Path) -> None:
    command = ["/bin/sh", "-c", "echo no such thing >&2; exit 3"]

    with (
        pytest.raises(RuntimeError, match=r"exit status 3.*no such thing"),
        programs.running(command, tmp_path, lambda: os.getpid() < 0),
    ):
        pass
