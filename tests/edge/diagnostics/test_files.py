"""The files of the manifest that plays, looked at closely or only at a glance."""

from pathlib import Path

import pytest

from edge.diagnostics import programme
from edge.diagnostics.facts import Content
from edge.diagnostics.files import content
from tests.edge.diagnostics.device import CONTENT, PICTURE, Device
from vizora.identifiers import ContentId
from vizora.schedule.model import ClockTrust
from vizora.schedule.reasons import SourceKind


@pytest.fixture
def device(tmp_path: Path) -> Device:
    made = Device(tmp_path)
    made.publish(issuedAt="2026-11-01T00:00:00Z")
    return made


def seen(device: Device, hashed_bytes: int = 1_000_000, **unplayable: str) -> Content:
    return content(
        programme.read(device.paths.current_manifest),
        device.paths,
        at=device.clock.now(),
        clock=ClockTrust.TRUSTED,
        unplayable={ContentId(CONTENT): reason for reason in unplayable.values()},
        hashed_bytes=hashed_bytes,
    )


def test_whole_files_are_read_and_said_to_be_whole(device: Device) -> None:
    found = seen(device)

    assert (found.version, found.files, found.bytes, found.hashed) == (3, 1, len(PICTURE), 1)
    assert (found.missing, found.damaged, found.unplayable) == ((), (), ())
    assert found.source is SourceKind.SCHEDULE


def test_at_a_glance_nothing_is_read(device: Device) -> None:
    device.paths.asset(device.sha256).write_bytes(b"X" * len(PICTURE))

    assert (seen(device, hashed_bytes=0).damaged, seen(device, hashed_bytes=0).hashed) == ((), 0)
    assert seen(device).damaged == ("Menu",)


def test_a_file_of_another_size_is_missing(device: Device) -> None:
    device.paths.asset(device.sha256).write_bytes(PICTURE[:-1])

    assert seen(device, hashed_bytes=0).missing == ("Menu",)


def test_what_the_player_complains_of_is_told_unless_its_file_explains_it(device: Device) -> None:
    assert seen(device, why="it had no picture").unplayable == ("Menu: it had no picture",)
    device.paths.asset(device.sha256).unlink()

    found = seen(device, why="it had no picture")

    assert (found.unplayable, found.missing) == ((), ("Menu",))


@pytest.mark.parametrize("data", [b"", b"{", b"Vizora-Signature: x", b"\xff" * 100, b'{"format":99}'])
def test_a_manifest_that_cannot_be_read_is_a_fault_in_words(device: Device, data: bytes) -> None:
    device.paths.current_manifest.write_bytes(data)

    found = seen(device)

    assert found.version is None
    assert found.fault


def test_no_manifest_is_no_fault(device: Device) -> None:
    device.paths.current_manifest.unlink()

    assert seen(device) == Content()
