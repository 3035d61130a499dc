"""What a setup file left on the device: settings for the services, the Wi-Fi for NetworkManager, the rest for us."""

import tomllib
import uuid
from pathlib import Path

import msgspec

from edge.files import sync_folder, write_durably
from edge.paths import DevicePaths
from edge.provision.network.facts import Wifi
from edge.provision.setup.model import Setup
from edge.provision.setup.taking import Taken
from edge.status import SetupKept

PROFILE = "vizora-setup.nmconnection"
_NAMESPACE = uuid.UUID("8d2b7a6e-50c1-4f0e-9c55-5a0a1e2d7c10")


def keep(taken: Taken, digest: str, paths: DevicePaths, connections: Path, before: SetupKept | None) -> SetupKept:
    """Durable when it returns; what the files don't say stays as it was. Raises OSError."""
    setup = taken.setup
    paths.setup.mkdir(mode=0o750, parents=True, exist_ok=True)
    if setup.cloud_url or setup.pairing_code:
        write_durably(paths.setup_settings, _settings(setup, paths.setup_settings).encode(), mode=0o640)
    if setup.wifi is not None:
        connections.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_durably(connections / PROFILE, keyfile(setup.wifi).encode(), mode=0o600)
    old = before or SetupKept()
    kept = SetupKept(
        digest=digest,
        hostname=setup.hostname or old.hostname,
        timezone=setup.timezone or old.timezone,
        country=setup.country or old.country,
        faults=tuple(str(fault) for fault in taken.faults),
    )
    write_durably(paths.setup_kept, msgspec.json.encode(kept), mode=0o640)
    return kept


def forget(paths: DevicePaths, connections: Path) -> None:
    """Raises OSError."""
    for file in (paths.setup_settings, paths.setup_kept, *connections.glob("*.nmconnection")):
        file.unlink(missing_ok=True)
    for folder in (paths.setup, connections):
        if folder.exists():
            sync_folder(folder)


def _settings(setup: Setup, before: Path) -> str:
    """TOML; JSON's strings are that too. What an earlier file said stays, unless this one says it anew."""
    try:
        lines = tomllib.loads(before.read_text())
    except (OSError, ValueError):
        lines = {}
    lines |= {"cloud_url": setup.cloud_url} if setup.cloud_url else {}
    lines |= {"pairing_code": setup.pairing_code} if setup.pairing_code else {}
    return "".join(f"{key} = {msgspec.json.encode(value).decode()}\n" for key, value in lines.items())


def keyfile(wifi: Wifi) -> str:
    """NetworkManager's own form (nm-settings-keyfile(5)); the name as bytes, because it may be any."""
    security = ["[wifi-security]", "key-mgmt=wpa-psk", f"psk={_escaped(wifi.password)}"] if wifi.password else []
    return "\n".join(
        [
            "[connection]",
            "id=Vizora setup file",
            f"uuid={uuid.uuid5(_NAMESPACE, wifi.ssid.hex())}",
            "type=wifi",
            "[wifi]",
            "mode=infrastructure",
            f"ssid={''.join(f'{byte};' for byte in wifi.ssid)}",
            *(["hidden=true"] if wifi.hidden else []),
            *security,
            "[ipv4]",
            "method=auto",
            "[ipv6]",
            "method=auto",
            "",
        ]
    )


def _escaped(text: str) -> str:
    """GKeyFile's escapes; leading and trailing spaces would be lost."""
    return text.replace("\\", "\\\\").replace(" ", "\\s")
