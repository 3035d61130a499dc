"""Making the device's identity, once."""

import base64
from collections.abc import Callable
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from edge.files import sync_folder, write_durably
from edge.identity import Credentials, DeviceIdentity, read_identity


def ensure_identity(path: Path, random_bytes: Callable[[int], bytes]) -> DeviceIdentity:
    """The device's identity, made and stored (0600, durable) if there is none that can be understood.

    A damaged file is kept beside it as `<name>.corrupt`. Raises OSError when it can't be stored: an identity that
    the next start forgets is none.
    """
    known = read_identity(path)
    if known is not None and _is_whole(known):
        return known
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists():
        path.replace(path.with_name(f"{path.name}.corrupt"))
    made = _make(random_bytes)
    write_durably(path, msgspec.json.encode(made), mode=0o600)
    return made


def forget_identity(path: Path) -> None:
    """A revoked identity is not used again: if its card was copied, each copy becomes a device of its own with that.

    Raises OSError.
    """
    path.unlink(missing_ok=True)
    sync_folder(path.parent)


def store_credentials(path: Path, credentials: Credentials) -> None:
    """Raises OSError; then the device is not paired."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_durably(path, msgspec.json.encode(credentials), mode=0o600)


def _make(random_bytes: Callable[[int], bytes]) -> DeviceIdentity:
    seed = random_bytes(32)
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return DeviceIdentity(
        device_identifier=random_bytes(16).hex(),
        private_key=base64.b64encode(seed).decode(),
        public_key=base64.b64encode(public).decode(),
    )


def _is_whole(identity: DeviceIdentity) -> bool:
    try:
        seed = base64.b64decode(identity.private_key, validate=True)
        public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    except ValueError:
        return False
    return bool(identity.device_identifier) and base64.b64encode(public).decode() == identity.public_key
