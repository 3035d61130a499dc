import os
from pathlib import Path

import pytest

from edge.identity import read_identity
from edge.provision.identity import ensure_identity


def test_it_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "identity" / "device.json"

    made = ensure_identity(path, os.urandom)

    assert ensure_identity(path, os.urandom) == made == read_identity(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert made.private_key not in repr(made.device_identifier)


@pytest.mark.parametrize(
    "damage", [b"", b"{}", b"\xff" * 40, b'{"deviceIdentifier":"a","privateKey":"AAAA","publicKey":"AAAA"}']
)
def test_a_damaged_one_is_kept_aside_and_made_anew(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "device.json"
    path.write_bytes(damage)

    made = ensure_identity(path, os.urandom)

    assert read_identity(path) == made
    assert (tmp_path / "device.json.corrupt").read_bytes() == damage


def test_a_key_that_does_not_fit_its_public_half_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "device.json"
    first = ensure_identity(path, os.urandom)
    text = path.read_text()
    path.write_text(text.replace(first.public_key, ensure_identity(tmp_path / "other", os.urandom).public_key))

    assert ensure_identity(path, os.urandom) != first
