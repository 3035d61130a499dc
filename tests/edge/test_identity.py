from pathlib import Path

import pytest

from edge.identity import read_credentials, read_identity


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
