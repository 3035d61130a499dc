from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.identity import Credentials, at_cloud, read_credentials, read_identity
from vizora.identifiers import DeviceId


@pytest.mark.parametrize("data", [b"", b"{", b"\x00" * 64, b"[]", b'{"deviceIdentifier":"x"}'])
def test_a_damaged_file_is_no_file(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "file").write_bytes(data)

    assert read_identity(tmp_path / "file") is None
    assert read_credentials(tmp_path / "file") is None
    assert read_credentials(tmp_path / "missing") is None


def test_credentials_never_print_their_token(tmp_path: Path) -> None:
    (tmp_path / "file").write_text(
        '{"cloudUrl":"http://c","socketUrl":"ws://c","deviceId":"d","deviceToken":"s3cret","manifestKeys":[],'
        '"pairedAt":"2026-12-01T12:00:00Z","later":"unknown fields are ignored"}'
    )

    credentials = read_credentials(tmp_path / "file")

    assert credentials is not None
    assert credentials.device_token == "s3cret"
    assert credentials.config.heartbeat_interval == 15_000
    assert "s3cret" not in repr(credentials)


@pytest.mark.parametrize(
    ("socket_url", "moved"),
    [
        ("ws://old:3000/realtime/device", "wss://new/realtime/device"),
        ("ws://line:3001/realtime/device", "ws://line:3001/realtime/device"),
    ],
)
def test_a_cloud_that_moved_keeps_its_screens(socket_url: str, moved: str) -> None:
    paired = Credentials("http://old:3000", socket_url, DeviceId("d"), "t", (), datetime(2026, 12, 1, tzinfo=UTC))

    assert at_cloud(paired, "http://old:3000") is paired
    now = at_cloud(paired, "https://new")
    assert (now.cloud_url, now.socket_url, now.device_token) == ("https://new", moved, "t")
