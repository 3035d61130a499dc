"""A boot partition and a device, as folders."""

from dataclasses import dataclass
from pathlib import Path

from edge.paths import DevicePaths
from edge.provision.setup import command
from edge.status import SetupKept

FILE = """cloud_url = "https://signs.example"
pairing_code = "vze_SECRETTOKEN"
hostname = "lobby"
[wifi]
ssid = "Shop"
password = "SECRET password"
"""


@dataclass(frozen=True)
class Device:
    root: Path

    @property
    def boot(self) -> Path:
        return self.root / "bootsel"

    @property
    def connections(self) -> Path:
        return self.root / "connections"

    @property
    def paths(self) -> DevicePaths:
        return DevicePaths(self.root / "state", self.root / "run")

    def put(self, text: str = FILE, name: str = "vizora-setup.toml") -> Path:
        self.boot.mkdir(parents=True, exist_ok=True)
        (self.boot / name).write_text(text)
        return self.boot / name

    def start(self) -> SetupKept:
        return command.take(self.paths, self.boot, self.connections)

    def on_the_card(self) -> bytes:
        """Every byte of every file there."""
        return b"".join(file.read_bytes() for file in sorted(self.boot.rglob("*")) if file.is_file())

    def profiles(self) -> list[str]:
        return [file.read_text() for file in sorted(self.connections.glob("*.nmconnection"))]
