"""This device as the updater sees it: which slot runs, which board it is, and the boot partition, opened to be written.

Laid down by the image: `board.toml` (image/build.py) and `slot` (image/boot/init).
"""

import subprocess
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from edge.paths import BOOT
from edge.update.slots import Slot, Slots, wants_a_trial
from edge.update.stored import Autoboot, GrubEnvironment, SlotsFile
from vizora.errors import HardwareError, OperatorError

GRUB, TRYBOOT = "grub", "tryboot"
TRIAL = "0 tryboot"
"""What a restart must carry so that Pi firmware takes the `[tryboot]` partition, once."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where it all lies; tests lay it elsewhere."""

    bootsel: Path = Path("/bootsel")
    board: Path = Path("/usr/lib/vizora/board.toml")
    boot: Path = BOOT
    restart: Path = Path("/run/systemd/reboot-param")


def _remount(bootsel: Path, how: str) -> None:
    done = subprocess.run(["mount", "-o", f"remount,{how}", str(bootsel)], capture_output=True, check=False)
    if done.returncode and how == "rw":
        raise HardwareError(f"{bootsel} can't be opened for writing: {done.stderr.decode().strip()}")


class Machine:
    def __init__(self, places: Places, remount: Callable[[Path, str], None] = _remount) -> None:
        """Raises OperatorError when this is no device that was made by `vizora image build`."""
        self._places = places
        self._remount = remount
        try:
            board = tomllib.loads(places.board.read_text())
            self.current = Slot((places.boot / "slot").read_text().strip())
        except (OSError, ValueError) as error:
            raise OperatorError(f"this is no device with two slots ({error})") from error
        self.version: str = board["version"]
        self.board: str = board["name"]
        self._tryboot = board["boot"] == TRYBOOT
        name = "autoboot.txt" if self._tryboot else "grub/slots.env"
        self._file = SlotsFile(places.bootsel / name, Autoboot() if self._tryboot else GrubEnvironment())

    @property
    def status(self) -> Path:
        """Where confirm-boot says what it found."""
        return self._places.boot / "update.json"

    def slots(self) -> Slots:
        return self._file.read()

    def store(self, slots: Slots) -> None:
        """Durable when it returns. Raises HardwareError."""
        with self._open():
            self._file.write(slots)
        if self._tryboot:
            self._ask_for_trial(slots)

    def data(self) -> str:
        """How the data partition came up: mounted, renewed (made anew) or memory (there is none that works)."""
        try:
            return (self._places.boot / "data").read_text().strip()
        except OSError:
            return "unknown"

    def _ask_for_trial(self, slots: Slots) -> None:
        if wants_a_trial(slots) is None:
            self._places.restart.unlink(missing_ok=True)
        else:
            self._places.restart.parent.mkdir(parents=True, exist_ok=True)
            self._places.restart.write_text(TRIAL)

    @contextmanager
    def _open(self) -> Iterator[None]:
        self._remount(self._places.bootsel, "rw")
        try:
            yield
        finally:
            self._remount(self._places.bootsel, "ro")
