"""Which secrets this device holds, so that they can be taken out of whatever leaves it."""

import os
from collections.abc import Iterator, Mapping
from urllib.parse import unquote, urlsplit

from edge.config import DeviceConfig
from edge.identity import read_credentials, read_identity
from edge.status import DoorStatus, PairingStatus, read_status


def secrets(config: DeviceConfig, environ: Mapping[str, str] = os.environ) -> frozenset[str]:
    return frozenset(one for one in _secrets(config, environ) if one)


def _secrets(config: DeviceConfig, environ: Mapping[str, str]) -> Iterator[str]:
    paths = config.paths
    yield config.pairing_code
    if (credentials := read_credentials(paths.credentials)) is not None:
        yield credentials.device_token
    if (identity := read_identity(paths.device_key)) is not None:
        yield identity.private_key
    if (pairing := read_status(paths.pairing_status, PairingStatus)) is not None:
        yield pairing.user_code or ""
        yield from (pairing.verification_uri_complete or "").partition("claimKey=")[2:]
    if (door := read_status(paths.door_status, DoorStatus)) is not None:
        yield door.pin
    for name, value in environ.items():
        if name.lower().endswith("_proxy"):
            yield unquote(urlsplit(value if "://" in value else f"//{value}").password or "")
