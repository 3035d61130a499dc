"""Where things lie on the device. Each folder and file has one writer; docs/reference/device-files.md tells which."""

from dataclasses import dataclass, field
from pathlib import Path

BOOT = Path("/run/vizora-boot")
"""How this start of a device went that was made by `vizora image build`; root's to write."""


@dataclass(frozen=True, slots=True)
class DevicePaths:
    """`state` survives a reboot, `run` need not."""

    state: Path
    run: Path
    boot: Path = field(default=BOOT, kw_only=True)

    # identity/: written by provision
    @property
    def identity(self) -> Path:
        return self.state / "identity"

    @property
    def device_key(self) -> Path:
        return self.identity / "device.json"

    @property
    def credentials(self) -> Path:
        return self.identity / "credentials.json"

    @property
    def redeemed(self) -> Path:
        """Which pairing code of the settings is used up."""
        return self.identity / "redeemed.json"

    # setup/: written by `vizora provision setup`
    @property
    def setup(self) -> Path:
        return self.state / "setup"

    @property
    def setup_settings(self) -> Path:
        """The settings that a setup file gave; they count before those of the settings file."""
        return self.setup / "settings.toml"

    @property
    def setup_kept(self) -> Path:
        return self.setup / "kept.json"

    @property
    def reset_mark(self) -> Path:
        """While it is there, the next start erases everything."""
        return self.setup / "reset"

    # network/: written by `vizora provision network`
    @property
    def network_choices(self) -> Path:
        return self.state / "network" / "choices.json"

    # cache/: written by the cache
    @property
    def cache(self) -> Path:
        return self.state / "cache"

    @property
    def cache_database(self) -> Path:
        return self.cache / "cache.db"

    @property
    def events_database(self) -> Path:
        return self.cache / "events.db"

    @property
    def assets(self) -> Path:
        return self.cache / "assets"

    def asset(self, sha256: str) -> Path:
        return self.assets / sha256

    @property
    def current_manifest(self) -> Path:
        """The stored signed manifest that plays now (`vizora.manifest.stored`). Only ever replaced whole."""
        return self.cache / "manifest" / "current"

    @property
    def trusted_keys(self) -> Path:
        """The keys the cache trusts now, for the player: it may never see the manifest that brought one."""
        return self.current_manifest.with_name("keys.json")

    @property
    def clock_floor(self) -> Path:
        return self.cache / "clock-floor.json"

    # update/: written by the cache; who installs an update removes its file
    @property
    def updates(self) -> Path:
        return self.state / "update"

    def bundle(self, sha256: str) -> Path:
        """An update that is whole, and to be installed as soon as the cloud says so."""
        return self.updates / f"{sha256}.raucb"

    # player/: written by the player
    @property
    def plays(self) -> Path:
        return self.state / "player" / "plays"

    @property
    def starts(self) -> Path:
        """How the player's last starts went."""
        return self.state / "player" / "starts.json"

    @property
    def web_pictures(self) -> Path:
        """The last good picture of each web page, written by the player's web worker."""
        return self.state / "player" / "web"

    # diagnostics/: written by diagnostics, and by whoever runs `vizora doctor`
    @property
    def canary(self) -> Path:
        """How the names of small files begin that are written and read back, to see whether the disk still does."""
        return self.state / "diagnostics" / "canary"

    # run: one file or socket a process
    @property
    def pairing_status(self) -> Path:
        return self.run / "provision.json"

    @property
    def provision_socket(self) -> Path:
        return self.run / "provision.sock"

    @property
    def network_status(self) -> Path:
        """In a folder of its own: its writer is another user than the others'."""
        return self.run / "network" / "network.json"

    @property
    def cache_status(self) -> Path:
        return self.run / "cache.json"

    @property
    def clock_confirmation(self) -> Path:
        return self.run / "clock.json"

    @property
    def player_status(self) -> Path:
        return self.run / "player.json"

    @property
    def player_open(self) -> Path:
        """The content that is on the glass or about to be, for the player that starts after a crash."""
        return self.run / "player-open.json"

    @property
    def player_socket(self) -> Path:
        return self.run / "player.sock"

    @property
    def cache_socket(self) -> Path:
        return self.run / "cache.sock"

    @property
    def update_ready(self) -> Path:
        """Written by the cache: the unit that installs updates starts, and moves it to `update_begun`."""
        return self.run / "update-ready"

    @property
    def update_begun(self) -> Path:
        return self.run / "update-begun"

    @property
    def door_status(self) -> Path:
        """There while the diagnostics page is open to the network."""
        return self.run / "diagnostics.json"

    @property
    def diagnostics_socket(self) -> Path:
        return self.run / "diagnostics.sock"

    # boot: written as root
    @property
    def update_status(self) -> Path:
        return self.boot / "update.json"

    @property
    def update_refused(self) -> Path:
        """Why the update that the cache handed over last was not installed."""
        return self.boot / "update-refused"
