"""A cloud on another's files would remove them all, so it does not start: on a folder and on an S3 store."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import NoReturn

import pytest

from cloud.config import CloudConfig
from cloud.content import belonging, jobs
from cloud.content.faults import StorageFull
from cloud.content.parts import ContentParts, store_of
from cloud.content.s3 import client
from cloud.content.storage import LocalStorage
from tests.cloud.content import media
from tests.cloud.content.studio import Studio
from tests.cloud.house import House
from tests.fakes.clock import FakeClock
from vizora.errors import OperatorError

NEXT_YEAR = datetime(2027, 1, 1, tzinfo=UTC)
"""The files have the machine's time."""


def stored(house: House) -> int:
    return len(list(house.cloud.part(ContentParts).storage.all()))


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], CloudConfig]:
    """A cloud with a database of its own, and the one place for files."""
    if request.param == "s3":
        address = request.getfixturevalue("s3_address")
        return lambda name: CloudConfig(tmp_path / name, s3=address)

    def on_folder(name: str) -> CloudConfig:
        folder = tmp_path / "content"
        folder.mkdir(exist_ok=True)
        (tmp_path / name).mkdir(exist_ok=True)
        if not (tmp_path / name / "content").exists():
            (tmp_path / name / "content").symlink_to(folder)
        return CloudConfig(tmp_path / name)

    return on_folder


def fill(house: House) -> None:
    Studio(house, house.register()).ready(media.still("PNG", (20, 20)))


def test_it_starts_on_its_own_files_and_not_on_anothers(place: Callable[[str], CloudConfig]) -> None:
    with House(place("one"), FakeClock()) as house:
        fill(house)
        before = stored(house)
    with pytest.raises(OperatorError, match="those of another database"):
        House(place("other"), FakeClock())
    with House(place("one"), FakeClock()) as house:
        assert stored(house) == before > 0


def test_a_database_that_was_lost_beside_files_of_an_older_version_is_noticed(
    place: Callable[[str], CloudConfig],
) -> None:
    with House(place("one"), FakeClock()) as house:
        fill(house)
    forget(place("one"))
    with pytest.raises(OperatorError, match="those of another database"):
        House(place("other"), FakeClock())


def test_files_of_an_older_version_are_taken_over_by_the_cloud_that_has_somebody(
    place: Callable[[str], CloudConfig],
) -> None:
    with House(place("one"), FakeClock()) as house:
        fill(house)
    forget(place("one"))
    with House(place("one"), FakeClock()) as house:
        storage = house.cloud.part(ContentParts).storage

        assert storage.owner() is not None


def test_without_asking_whose_they_are_another_cloud_would_remove_them_all(
    place: Callable[[str], CloudConfig], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken twin."""
    with House(place("one"), FakeClock()) as house:
        fill(house)
    monkeypatch.setattr(belonging, "is_anothers", lambda *_: False)
    with House(place("other"), FakeClock(NEXT_YEAR)) as other:
        other.on_loop(lambda: jobs.sweep(other.cloud, other.cloud.part(ContentParts)))

        assert stored(other) == 0


def forget(config: CloudConfig) -> None:
    """As a version left it that wrote down nobody's id."""
    if config.s3 is None:
        (config.data_dir / "content/files/owner").unlink()
        return
    client(config.s3).remove_object(config.s3.bucket, "content-owner")


def test_what_else_lies_in_a_bucket_is_nobodys_file(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """A note of the operator's among the files is neither counted nor removed."""
    address = request.getfixturevalue("s3_address")
    client(address).put_object(address.bucket, "content/README.txt", BytesIO(b"hands off"), 9)
    storage = store_of(CloudConfig(tmp_path, s3=address), "content/", tmp_path)

    assert list(storage.all()) == []


def test_a_full_disk_keeps_no_cloud_from_starting_on_its_own_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> NoReturn:
        raise StorageFull("The server's disk is full; nothing was stored.")

    monkeypatch.setattr(LocalStorage, "belong_to", full)
    with House(CloudConfig(tmp_path), FakeClock()) as house:
        assert house.cloud.part(ContentParts).storage.owner() is None
