"""A backup comes back with the secrets its screens know, or not at all: else each would have to be paired anew."""

from pathlib import Path
from secrets import token_hex

import pytest

from cloud.config import CloudConfig
from cloud.content.belonging import sentence
from cloud.operations import same_secrets
from cloud.publishing.signing_keys import SEAL
from cloud.secret_files import SecretFiles
from tests.cloud.house import House
from tests.cloud.operations.command import run
from tests.fakes.clock import FakeClock
from vizora.errors import OperatorError

ARCHIVE = Path("backup.tar")


@pytest.fixture
def embedded(tmp_path: Path) -> House:
    with House(CloudConfig(tmp_path / "var"), FakeClock()) as house:
        house.register()
    return house


@pytest.fixture
def archive(embedded: House, tmp_path: Path) -> Path:
    made = run("backup", tmp_path / "backup.tar", "--data", tmp_path / "var")
    assert made.returncode == 0, made.stderr
    return tmp_path / "backup.tar"


def given(archive: Path, postgres: str, **secrets: str) -> dict[str, str]:
    return {"POSTGRES_URL": postgres, "JWT_SECRET": token_hex(32), "DEVICE_JWT_SECRET": token_hex(32), **secrets}


def test_an_embedded_cloud_moves_to_postgresql_only_with_its_own_secrets(
    archive: Path, postgres_database: str, tmp_path: Path
) -> None:
    files = SecretFiles(tmp_path / "var")
    own = {"JWT_SECRET": files.text("jwt-secret"), "DEVICE_JWT_SECRET": files.text("device-jwt-secret")}
    new = run("restore", archive, "--data", tmp_path / "new", variables=given(archive, postgres_database))
    half = {**given(archive, postgres_database), "DEVICE_JWT_SECRET": own["DEVICE_JWT_SECRET"]}
    signed_out = run("restore", archive, "--data", tmp_path / "half", variables=half)
    moved = run("restore", archive, "--data", tmp_path / "moved", variables=given(archive, postgres_database, **own))
    elsewhere = run("check", "--data", tmp_path / "elsewhere", variables=given(archive, postgres_database, **own))

    assert new.returncode == 1
    assert "each screen would have to be paired anew" in new.stderr
    assert "DEVICE_JWT_SECRET_FILE" in new.stderr
    assert list((tmp_path / "new").iterdir()) == [tmp_path / "new/lock"]
    assert (signed_out.returncode, "everybody would be signed out" in signed_out.stderr) == (1, True)
    assert (moved.returncode, moved.stderr) == (0, "")
    assert elsewhere.returncode == 0, "the key opens without the folder it was restored into: " + elsewhere.stdout


def test_a_check_says_when_the_secrets_are_gone(embedded: House, tmp_path: Path) -> None:
    whole = run("check", "--data", tmp_path / "var")
    (tmp_path / "var/secrets" / SEAL).unlink()
    without = run("check", "--data", tmp_path / "var")

    assert (whole.returncode, "it would not start" in whole.stdout) == (0, False)
    assert without.returncode == 1
    assert "it would not start: no secret here opens the key that signs manifests" in without.stdout
    assert not (tmp_path / "var/secrets" / SEAL).exists(), "a check changes nothing"


def test_a_check_says_when_files_are_anothers(embedded: House, tmp_path: Path) -> None:
    (tmp_path / "var/content/files/owner").write_text("0123456789abcdef\n")

    assert sentence(CloudConfig(tmp_path / "var")) in run("check", "--data", tmp_path / "var").stdout


def test_the_backup_of_a_cloud_on_postgresql_needs_the_secret_it_had(embedded: House, tmp_path: Path) -> None:
    database = House(CloudConfig(tmp_path / "var"), FakeClock())
    nothing = SecretFiles(tmp_path / "nothing")
    with database, database.cloud.database.read() as connection:
        for config in (CloudConfig(tmp_path), CloudConfig(tmp_path, device_jwt_secret="another one" * 4)):
            with pytest.raises(OperatorError, match="DEVICE_JWT_SECRET has to be the one"):
                same_secrets.check(connection, nothing, config, ARCHIVE)
        seal = SecretFiles(tmp_path / "var").text(SEAL)  # in the place of the secret it was sealed with
        same_secrets.check(connection, nothing, CloudConfig(tmp_path, device_jwt_secret=seal), ARCHIVE)
