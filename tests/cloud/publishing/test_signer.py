import base64
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from cloud.config import CloudConfig
from cloud.publishing.shared_key import seal, unseal
from cloud.publishing.signer import FILE, Signer, open_signer
from cloud.secret_files import SecretFiles
from cloud.services import Cloud
from tests.fakes.clock import FakeClock
from vizora.errors import OperatorError

SECRET = "0123456789abcdef0123456789abcdef"
OTHER = "fedcba9876543210fedcba9876543210"
Process = Callable[..., Signer]


@pytest.fixture
def process(postgres_database: str, tmp_path: Path) -> Process:
    """The signer of one more process of the same cloud, which has a folder of its own."""

    def start(name: str, **changes: str) -> Signer:
        config = CloudConfig(
            tmp_path / name, postgres_url=postgres_database, jwt_secret=OTHER, device_jwt_secret=SECRET
        )
        cloud = Cloud(replace(config, **changes), FakeClock())  # type: ignore[arg-type]
        try:
            return open_signer(cloud)
        finally:
            cloud.close()

    return start


def test_processes_that_share_a_database_sign_alike(process: Process) -> None:
    first, second = process("one"), process("two")

    assert first.key == second.key
    assert first.sign(b"body") == second.sign(b"body")


def test_the_key_of_an_embedded_cloud_moves_along(process: Process, tmp_path: Path) -> None:
    embedded = Signer(SecretFiles(tmp_path / "one").key(FILE))

    assert process("one").key == embedded.key
    assert process("two").key == embedded.key


def test_another_secret_is_told_and_no_new_key_is_made(process: Process) -> None:
    before = process("one").key

    with pytest.raises(OperatorError, match="DEVICE_JWT_SECRET does not open"):
        process("two", device_jwt_secret=OTHER)

    assert process("three").key == before


def test_the_database_alone_does_not_give_the_key_away(
    process: Process, tmp_path: Path, postgres_database: str
) -> None:
    private = SecretFiles(tmp_path / "one").key(FILE)
    process("one")

    cloud = Cloud(CloudConfig(tmp_path / "look", postgres_url=postgres_database), FakeClock())
    with cloud.database.read() as connection:
        row = connection.execute(text("SELECT * FROM signing_keys")).mappings().one()
    cloud.close()

    assert private not in base64.b64decode(row["sealed"])
    assert base64.b64encode(private).decode() not in str(dict(row))


def test_a_sealed_key_belongs_to_its_id() -> None:
    sealed = seal(b"k" * 32, SECRET, "one")

    assert unseal(sealed, SECRET, "one") == b"k" * 32
    with pytest.raises(OperatorError):
        unseal(sealed, SECRET, "two")
