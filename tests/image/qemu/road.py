"""`make image-test`: the whole life of a screen in an emulated machine, from its first start to a pulled plug.

Each step waits for what a person would see or the device itself says, and stops at the first that doesn't come.
Times and pictures stay in the folder. Software emulation: a step that takes a real screen seconds takes minutes here.
"""

import argparse
import json
import secrets
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from edge.cli.demo.api import CloudApi
from image import boards
from tests.free_port import free_port
from tests.image.qemu import artefacts, pi3, sight
from tests.image.qemu.artefacts import BAD, NEW, OLD
from tests.image.qemu.cloud import cloud
from tests.image.qemu.hardware import STARTED, Hardware, Pc
from tests.image.qemu.machine import Machine, sparse_copy
from tests.image.qemu.pi import Pi

DISK = 4 << 30
LONG_MS = 3_600_000
"""For the picture: on a starved machine a turn of ten seconds is over before its first frame is drawn."""
_T = TypeVar("_T")


class Road:
    def __init__(self, folder: Path, machine: Machine, api: CloudApi, nonce: str, usb_stick: Path) -> None:
        self._folder, self._machine, self._api, self._nonce = folder, machine, api, nonce
        self._usb_stick = usb_stick
        self._began = time.monotonic()
        self._pictures = 0
        self.times: list[tuple[str, float]] = []

    def walk(self) -> None:
        machine = self._machine
        machine.power_on()
        self._wait("a slot to be started", lambda: STARTED in machine.serial())
        claim = self._shows("pairing screen", sight.claim)
        self._api.create("/api/devices/pair", {**claim, "nickname": "Emulated"})
        self._say("claimed over the cloud's API, with what the QR code said")
        self._publish()
        self._shows("content", self._sees_nonce)
        self._is_confirmed("A", OLD)

        starts = machine.serial().count(STARTED)
        machine.plug_in(self._usb_stick)
        self._wait("the update on a USB stick to be taken", lambda: machine.serial().count(STARTED) > starts)
        machine.powered_on_at = time.monotonic()  # a PC starts anew by itself, and the harness isn't told
        self._shows("content after the update", self._sees_nonce)
        self._is_confirmed("B", NEW)

        self._install("bad")
        machine.restart()
        self._shows("content after the update that failed", self._sees_nonce)
        self._came_back("B", NEW)

        machine.shell(self._mount_stick() + "; (rauc install /run/stick/good.raucb > /run/install.log 2>&1 &)")
        self._wait("an update to be under way", lambda: "Copying" in self._progress() or "rootfs" in self._progress())
        machine.cut_power()
        self._say("the plug was pulled while an update was written")
        machine.power_on()
        self._shows("content after the pulled plug", self._sees_nonce)
        self._runs("B", NEW)

    # what is waited for
    def _sees_nonce(self, codes: list[str]) -> bool:
        return self._nonce in codes

    def _shows(self, what: str, recognised: Callable[[list[str]], _T | None]) -> _T:
        """Waits until the screen shows it; the picture is kept."""
        self._pictures += 1
        picture = self._folder / f"{self._pictures}-{what.replace(' ', '-')}.png"

        def seen() -> _T | None:
            self._machine.screenshot(picture)
            return recognised(sight.read_codes(picture))

        found: _T = self._wait(f"the screen to show: {what}", seen)
        self.times.append((what, self._machine.up_for()))
        return found

    def _is_confirmed(self, slot: str, version: str) -> None:
        self._runs(slot, version)
        told = self._wait("the system to be confirmed", lambda: self._update_status().get("state") == "confirmed")
        assert told
        assert f"{slot}_confirmed=1" in self._stored(), self._stored()

    def _came_back(self, slot: str, version: str) -> None:
        self._runs(slot, version)
        assert self._update_status()["fellBack"] is True, self._update_status()
        self._wait(
            "the failed update to be given up", lambda: "A_tries=0" in self._stored() and "primary=B" in self._stored()
        )
        self._say(f"{BAD} did not start; {slot} with {version} came back by itself and says so")

    def _runs(self, slot: str, version: str) -> None:
        told = self._wait("the updater's word", self._update_status)
        assert (told["slot"], told["version"]) == (slot, version), told

    def _update_status(self) -> dict[str, Any]:
        text = self._machine.shell("cat /run/vizora-boot/update.json 2> /dev/null")
        content: dict[str, Any] = json.loads(text) if text.startswith("{") else {}
        return content

    def _stored(self) -> str:
        return self._machine.shell("cat /bootsel/grub/slots.env /bootsel/autoboot.txt 2> /dev/null")

    def _progress(self) -> str:
        return self._machine.shell("cat /run/install.log")

    # what is done
    def _publish(self) -> None:
        poster = sight.poster(self._nonce, self._folder / "poster.png")
        content_id = self._api.upload(poster, "Poster")["id"]
        until = time.monotonic() + 120
        while self._api.content(content_id)["uploadStatus"] == "processing" and time.monotonic() < until:
            time.sleep(0.5)
        items = [{"contentId": content_id, "durationMs": LONG_MS}]
        playlist = self._api.create("/api/playlists", {"name": "Poster", "items": items})["id"]
        self._api.create("/api/publish", {"playlistId": playlist, "target": {"all": True}, "level": "normal"})
        self._say("published a picture with this run's nonce")

    def _mount_stick(self) -> str:
        return "mkdir -p /run/stick; mountpoint -q /run/stick || mount -o ro /dev/vdb /run/stick"

    def _install(self, name: str) -> None:
        began = time.monotonic()
        said = self._machine.shell(
            f"{self._mount_stick()}; rauc install /run/stick/{name}.raucb; echo status $?", self._machine.patience_s
        )
        assert said.endswith("status 0"), said
        self._say(f"installed the {name} update in {time.monotonic() - began:.0f} s")

    def _wait(self, what: str, seen: Callable[[], Any]) -> Any:
        found = self._machine.wait_until(what, seen, self._machine.patience_s)
        self._say(what)
        return found

    def _say(self, what: str) -> None:
        print(f"[{time.monotonic() - self._began:6.0f} s] {what}", flush=True)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--board", choices=boards.names(), default="x86-64")
    parser.add_argument("--folder", type=Path, help="default build/image-test/BOARD")
    parser.add_argument("--reuse", action="store_true", help="take the image and updates of the last run")
    asked = parser.parse_args(arguments)
    board = boards.load(asked.board)
    folder: Path = (asked.folder or Path("build/image-test") / board.name).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if board.boot is boards.Boot.TRYBOOT:
        pi3.main(["--folder", str(folder / "pi3"), *(["--reuse"] if asked.reuse else [])])
    made = artefacts.at(folder)
    if not asked.reuse or not made.usb_stick.exists():
        made = artefacts.make(folder, board)
    disk = folder / "disk.img"
    sparse_copy(made.disk, disk, DISK)
    (folder / "serial.log").unlink(missing_ok=True)
    port = free_port()
    hardware: Hardware = Pc() if board.boot is boards.Boot.GRUB else Pi(board)
    machine = Machine(folder, disk, hardware, port, stick=made.stick)
    with cloud(folder / f"cloud-{secrets.token_hex(4)}", port) as api:
        road = Road(folder, machine, api, f"vizora-{secrets.token_hex(8)}", made.usb_stick)
        try:
            road.walk()
        finally:
            machine.cut_power()
            for what, seconds in road.times:
                print(f"power-on to {what}: {seconds:.0f} s")
            print(f"pictures and serial log: {folder}")
    disk.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
