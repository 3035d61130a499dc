import base64
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from cloud.config import CloudConfig
from cloud.publishing import signing_keys
from cloud.publishing.key_ring import KeyRing, key_of
from cloud.publishing.signing_keys import BEFORE, SEAL, Seal, keep_one, seal_of
from cloud.secret_files import SecretFiles
from cloud.services import Cloud
from tests.fakes.clock import FakeClock
from vizora.errors import OperatorError

SECRET = "0123456789abcdef0123456789abcdef"
OTHER = "fedcba9876543210fedcba9876543210"
Process = Callable[..., KeyRing]


def opened(config: CloudConfig) -> KeyRing:
    cloud = Cloud(config, FakeClock())
    try:
        return keep_one(cloud.database, seal_of(config, cloud.secrets), cloud.secrets, cloud.clock)
    finally:
        cloud.close()


@pytest.fixture
def process(postgres_database: str, tmp_path: Path) -> Process:
    """The keys as one more process of the same cloud reads them, which has a folder of its own."""

    def start(name: str, **changes: str | None) -> KeyRing:
        config = CloudConfig(
            tmp_path / name, postgres_url=postgres_database, jwt_secret=OTHER, device_jwt_secret=SECRET
        )
        return opened(replace(config, **changes))  # type: ignore[arg-type]

    return start


def test_processes_that_share_a_database_sign_alike(process: Process) -> None:
    assert process("one") == process("two")


def test_the_key_of_an_embedded_cloud_stays_the_same(tmp_path: Path) -> None:
    assert opened(CloudConfig(tmp_path)) == opened(CloudConfig(tmp_path))


@pytest.mark.parametrize("size", ["embedded", "configured"])
def test_a_key_from_before_keys_could_be_replaced_is_taken_over(process: Process, tmp_path: Path, size: str) -> None:
    private = SecretFiles(tmp_path / "one").key(BEFORE)

    ring = opened(CloudConfig(tmp_path / "one")) if size == "embedded" else process("one")

    assert [(one.key, one.private) for one in ring.keys] == [(key_of(private), private)]
    assert SecretFiles(tmp_path / "one").existing(BEFORE) is None


def test_another_secret_is_told_and_no_new_key_is_made(process: Process) -> None:
    before = process("one")

    with pytest.raises(OperatorError, match="DEVICE_JWT_SECRET does not open"):
        process("two", device_jwt_secret=OTHER)

    assert process("three") == before


def test_a_cloud_that_was_embedded_opens_its_key_with_what_its_folder_brings(
    process: Process, postgres_database: str, tmp_path: Path
) -> None:
    """As after a restore: the row in PostgreSQL, the secret it was sealed with in the first process' folder."""
    before = opened(CloudConfig(tmp_path / "one"))
    process("first")
    cloud = Cloud(CloudConfig(tmp_path / "restoring", postgres_url=postgres_database), FakeClock())
    with cloud.database.write() as connection:
        connection.execute(text("DELETE FROM signing_keys"))
        sealed = Seal("", SecretFiles(tmp_path / "one").text(SEAL))
        signing_keys.add(connection, sealed, before.keys[0], FakeClock().now())
    cloud.close()

    assert process("one") == before
    assert process("two") == before  # it was sealed anew: the others need no folder


def test_the_database_alone_does_not_give_the_key_away(tmp_path: Path) -> None:
    (one,) = opened(CloudConfig(tmp_path)).keys
    assert one.private is not None

    cloud = Cloud(CloudConfig(tmp_path), FakeClock())
    with cloud.database.read() as connection:
        row = connection.execute(text("SELECT * FROM signing_keys")).mappings().one()
    cloud.close()

    assert one.private not in base64.b64decode(row["sealed"])
    assert base64.b64encode(one.private).decode() not in str(dict(row))
    assert (tmp_path / "secrets" / SEAL).stat().st_mode & 0o777 == 0o600


def test_a_sealed_key_belongs_to_its_id() -> None:
    seal = Seal("The secret", SECRET)
    sealed = seal.close(b"k" * 32, "one")

    assert seal.open(sealed, "one") == b"k" * 32
    assert Seal("The secret", OTHER, (SECRET,)).open(sealed, "one") == b"k" * 32
    with pytest.raises(OperatorError, match="The secret does not open"):
        seal.open(sealed, "two")
