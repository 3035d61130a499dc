"""A device's boot partition and its papers, laid out in a folder."""

from pathlib import Path

from edge.update.machine import Machine, Places
from edge.update.slots import Slot


def laid_out(folder: Path, boot: str, current: Slot, data: str = "mounted") -> Places:
    places = Places(folder / "bootsel", folder / "board.toml", folder / "boot", folder / "run" / "reboot-param")
    (places.bootsel / "grub").mkdir(parents=True, exist_ok=True)
    places.boot.mkdir(exist_ok=True)
    places.board.write_text(f'name = "test"\nboot = "{boot}"\nversion = "1"\n')
    (places.boot / "slot").write_text(f"{current}\n")
    (places.boot / "data").write_text(f"{data}\n")
    return places


class Remounts(list[str]):
    def __call__(self, _path: Path, how: str) -> None:
        self.append(how)


def machine(places: Places) -> Machine:
    return Machine(places, remount=Remounts())
