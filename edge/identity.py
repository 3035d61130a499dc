"""Who this device is, and to whom it belongs: the two files in `identity/`, written by provision alone."""

from datetime import datetime
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec

from vizora.device_api import DeviceSettings, Paired
from vizora.identifiers import DeviceId
from vizora.manifest.model import Key, Value

_V = TypeVar("_V", bound=Value)


class DeviceIdentity(Value, frozen=True):
    """`identity/device.json`: made once, and anew when the cloud has revoked it."""

    device_identifier: str
    private_key: str
    """Raw 32 bytes of an Ed25519 key, base64."""
    public_key: str


class Credentials(Value, frozen=True):
    """`identity/credentials.json`: while it is there, the device is paired."""

    cloud_url: str
    socket_url: str
    device_id: DeviceId
    device_token: str
    manifest_keys: tuple[Key, ...]
    paired_at: datetime
    organization_id: str = ""
    organization_name: str = ""
    nickname: str = ""
    config: DeviceSettings = DeviceSettings()

    def __repr__(self) -> str:
        return f"Credentials(device_id={self.device_id!r}, cloud_url={self.cloud_url!r})"


def credentials_of(paired: Paired, cloud_url: str, now: datetime) -> Credentials:
    """What the cloud at `cloud_url` answered to a screen that was just added."""
    return Credentials(
        cloud_url=cloud_url,
        socket_url=paired.socket_url,
        device_id=paired.device.id,
        organization_id=paired.device.organization_id,
        organization_name=paired.device.organization_name,
        nickname=paired.device.nickname,
        device_token=paired.device_token,
        manifest_keys=paired.manifest_keys,
        config=paired.config,
        paired_at=now,
    )


def at_cloud(credentials: Credentials, cloud_url: str) -> Credentials:
    """The same pairing at the address that is set now: a cloud may move, its screens need not be paired again.

    The realtime address moves along if it was on the same host and port. Another cloud will refuse the token.
    Empty: not known, and the one it was paired with stays.
    """
    if cloud_url in (credentials.cloud_url, ""):
        return credentials
    old, new, line = urlsplit(credentials.cloud_url), urlsplit(cloud_url), urlsplit(credentials.socket_url)
    if line.netloc == old.netloc:
        line = line._replace(scheme="wss" if new.scheme == "https" else "ws", netloc=new.netloc)
    return msgspec.structs.replace(credentials, cloud_url=cloud_url, socket_url=line.geturl())


def read_identity(path: Path) -> DeviceIdentity | None:
    """None when it is missing or can't be understood."""
    return _read(path, DeviceIdentity)


def read_credentials(path: Path) -> Credentials | None:
    """None when the device is not paired, or the file can't be understood."""
    return _read(path, Credentials)


def _read(path: Path, kind: type[_V]) -> _V | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, ValueError):
        return None
