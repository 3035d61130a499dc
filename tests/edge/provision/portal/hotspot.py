"""`python -m tests.edge.provision.portal.hotspot PEER FOLDER`: a screen that offers its hotspot, and PEER is the phone.

The service itself (`vizora provision network`) as a process, a NetworkManager that works on a bus of its own, and the
dnsmasq that the real one runs, with our drop-in. Prints what the phone saw and what the screen said, as JSON.
"""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dbus_fast.aio import MessageBus

from tests.child_process import dies_with_its_parent
from tests.edge.diagnostics.namespaces import ROOT
from tests.fakes.network_manager import FakeNetworkManager, OnAir, private_bus

PASSWORD = "right password"
DEADLINE_S = 50.0
DNSMASQ = ("--keep-in-foreground", "--conf-file=/dev/null", "--no-hosts", "--bind-interfaces", "--except-interface=lo",
           "--listen-address=10.42.0.1", "--dhcp-range=10.42.0.10,10.42.0.254,60m", "--user=root")  # fmt: skip
"""As NetworkManager starts it for a shared connection; as root, because whoever changes the user outlives us."""


async def main(peer: str, folder: Path) -> dict[str, Any]:
    drop_ins = folder / "dnsmasq-shared.d"
    drop_ins.mkdir()
    shutil.copy(ROOT / "systemd" / "vizora.dnsmasq", drop_ins / "vizora.conf")
    (folder / "iw").write_text(f'#!/bin/sh\necho "$@" >> {folder}/regulated\n')
    (folder / "iw").chmod(0o755)
    with private_bus(folder) as address:
        bus = await MessageBus(bus_address=address).connect()
        fake = FakeNetworkManager(bus, {b"Shop": OnAir(PASSWORD)})
        await fake.serve()
        fake.knows(b"Shop", "last year's password")
        environ = {
            **os.environ,
            "DBUS_SYSTEM_BUS_ADDRESS": address,
            "VIZORA_STATE_DIR": str(folder / "state"),
            "VIZORA_RUN_DIR": str(folder / "run"),
            "VIZORA_CLOUD_URL": "http://10.42.0.99:9",
            "PATH": f"{folder}:{os.environ['PATH']}",
        }
        screen = [sys.executable, "-m", "edge.cli", "provision", "network"]
        service = subprocess.Popen(screen, env=environ, preexec_fn=dies_with_its_parent)
        names = subprocess.Popen(
            ["dnsmasq", *DNSMASQ, f"--conf-dir={drop_ins}", f"--dhcp-leasefile={folder}/leases"],
            preexec_fn=dies_with_its_parent,
        )
        try:
            return await story(fake, folder / "run" / "network" / "network.json", peer, folder)
        finally:
            for process in (service, names):
                process.terminate()
                process.wait()
            bus.disconnect()


async def story(fake: FakeNetworkManager, status: Path, peer: str, folder: Path) -> dict[str, Any]:
    def said() -> dict[str, Any]:
        known: dict[str, Any] = json.loads(status.read_bytes()) if status.exists() else {}
        return known

    await until(lambda: said().get("state") == "looking")
    fake.autoconnect()
    await until(lambda: bool(said().get("hotspot")))
    offered = said()
    await until(lambda: port_is_open(peer))
    name = await phone(peer, "name", "connectivitycheck.gstatic.com")
    detected = await phone(peer, "get", "http://captive.apple.com/hotspot-detect.html")
    wrong = await phone(peer, "set-up", "Shop", "wrong password")
    began = time.monotonic()
    await until(lambda: fake.asked.count("AddAndActivateConnection2") == 3)  # hotspot, attempt, hotspot
    await until(lambda: bool(said().get("hotspot")))
    returned_s = time.monotonic() - began
    refused = said()
    await until(lambda: port_is_open(peer))
    page = await phone(peer, "get", "http://10.42.0.1/")
    right = await phone(peer, "set-up", "Shop", PASSWORD)
    await until(lambda: fake.joined == b"Shop")
    await until(lambda: said().get("state") == "online")
    await until(lambda: not port_is_open(peer))
    fake.plug()
    return {
        "offered": offered,
        "name": name,
        "detected": detected,
        "wrong": wrong,
        "returned_s": returned_s,
        "refused": refused,
        "page": page,
        "right": right,
        "online": said(),
        "profiles": [[profile.ssid.decode(), profile.is_saved] for profile in fake.profiles.values()],
        "regulated": (folder / "regulated").read_text(),
    }


async def phone(peer: str, *what: str) -> Any:
    command = ["nsenter", "--target", peer, "--net", sys.executable, "-m", "tests.edge.provision.portal.phone", *what]
    running = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    out, _ = await asyncio.wait_for(running.communicate(), DEADLINE_S)
    return json.loads(out)


def port_is_open(peer: str) -> bool:
    look = (
        "import socket, sys; line = socket.socket(); line.settimeout(5); sys.exit(line.connect_ex(('10.42.0.1', 80)))"
    )
    return (
        subprocess.run(["nsenter", "--target", peer, "--net", sys.executable, "-c", look], check=False).returncode == 0
    )


async def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < end, "it never came to be"
        await asyncio.sleep(0.05)


if __name__ == "__main__":
    seen = asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
    sys.stdout.write(json.dumps(seen) + "\n")
