"""`make soak SOAK=network`: our side of the bus against Debian's own NetworkManager, in a network of its own.

The packages are fetched and unpacked beside the system, never installed: an installed NetworkManager would take over
this machine's network. There is no radio here, so Wi-Fi goes as far as NetworkManager's own checks of our profiles.
"""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dbus_fast.aio import MessageBus

from edge.clock import EPOCH, SystemClock
from edge.paths import DevicePaths
from edge.provision.network import profiles
from edge.provision.network.facts import Cable, Security, Wifi
from edge.provision.network.names import Ssid
from edge.provision.network.network_manager import SETTINGS, NetworkManager
from edge.provision.network.objects import PROFILE
from edge.provision.setup.kept import PROFILE as FROM_SETUP
from edge.provision.setup.kept import keyfile
from edge.status import NetworkState, NetworkStatus, read_status
from tests.child_process import dies_with_its_parent
from tests.edge.diagnostics.namespaces import ALONE, inside
from tests.fakes.network_manager import private_bus

PACKAGES = (
    "network-manager", "libnm0", "libndp0", "libteamdctl0", "libmm-glib0", "libbluetooth3", "libjansson4",
    "libcurl3-gnutls", "libpolkit-gobject-1-0", "libpolkit-agent-1-0", "libnewt0.52", "libreadline8",
)  # fmt: skip
NETWORK = ALONE + (
    "mount -t tmpfs tmpfs /run\nmount -t tmpfs tmpfs /var/lib\nmount -t sysfs -o ro sysfs /sys\n"
    "mkdir -p /run/udev/data /var/lib/NetworkManager\n"
    "ip link add eth0 type veth peer name p0\n"
    "unshare --net sleep 300 > /dev/null 2>&1 & peer=$!\n"
    "trap 'kill $peer' EXIT\n"
    'until [ "$(readlink /proc/$peer/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.02; done\n'
    "ip link set p0 netns $peer\n"
    'there() { nsenter --target $peer --net "$@"; }\n'
    "there ip link set lo up\nthere ip link set p0 up\nthere ip addr add 192.0.2.1/24 dev p0\n"
)
SETTING = "[main]\nplugins=keyfile\ndhcp=internal\nauth-polkit=root-only\nrc-manager=unmanaged\n[keyfile]\npath={}\n"
HOSTILE = Wifi(Ssid(b"\xff;S hop\\ "), " a\\b #;x ", hidden=True)
DEADLINE_S = 50.0


def run(folder: Path) -> dict[str, Any]:
    """What was found; raises what went wrong."""
    subprocess.run(["apt-get", "download", "-qq", *PACKAGES], cwd=folder, check=True, capture_output=True)
    for package in folder.glob("*.deb"):
        subprocess.run(["dpkg", "-x", str(package), str(folder / "root")], check=True)
    command = [sys.executable, "-m", "tests.soak.real_network"]
    out = inside(f"{NETWORK}set -- \"$@\" $peer '{folder}'\n", command, {})
    found: dict[str, Any] = json.loads(out.splitlines()[-1])
    return found


async def main(peer: str, folder: Path) -> dict[str, Any]:
    for name in ("connections", "none"):
        (folder / name).mkdir()
    from_setup = folder / "connections" / FROM_SETUP
    from_setup.write_text(keyfile(HOSTILE))
    from_setup.chmod(0o600)
    (folder / "nm.conf").write_text(SETTING.format(folder / "connections"))
    with private_bus(folder) as address, programs(peer, folder, address):
        bus = await MessageBus(bus_address=address).connect()
        manager = NetworkManager(bus, lambda: None)
        await manager.start()
        paths = DevicePaths(folder / "state", folder / "run")
        await until(lambda: seen_cable(manager, Cable.ONLINE))
        await until(lambda: told(paths, NetworkState.ONLINE))
        found = {"cable": "online", "profiles": await taken(manager), "secret": await secret(manager)}
        await link(peer, "down")
        await until(lambda: told(paths, NetworkState.LOOKING))
        await link(peer, "up")
        await until(lambda: told(paths, NetworkState.ONLINE))
        bus.disconnect()
    return {**found, "pulled out and in": "looking, online"}


@contextmanager
def programs(peer: str, folder: Path, address: str) -> Iterator[None]:
    """The far side's DHCP, NetworkManager, and our service."""
    root = folder / "root"
    environ = {
        **os.environ,
        "DBUS_SYSTEM_BUS_ADDRESS": address,
        "VIZORA_STATE_DIR": str(folder / "state"),
        "VIZORA_RUN_DIR": str(folder / "run"),
        "VIZORA_CLOUD_URL": "http://192.0.2.1:9",
    }
    dhcp = ["nsenter", "--target", peer, "--net", "dnsmasq", "--conf-file=/dev/null", "--port=0",
            "--keep-in-foreground", "--user=root", "--dhcp-range=192.0.2.10,192.0.2.50,1h",
            f"--dhcp-leasefile={folder}/leases"]  # fmt: skip
    libraries = f"LD_LIBRARY_PATH={next(root.glob('usr/lib/*-linux-gnu'))}"
    none = folder / "none"
    theirs = ["env", libraries, str(root / "usr/sbin/NetworkManager"), "--no-daemon", f"--config={folder}/nm.conf",
              f"--config-dir={none}", f"--system-config-dir={none}", f"--intern-config={folder}/intern.conf",
              f"--state-file={folder}/nm.state", f"--pid-file={folder}/nm.pid"]  # fmt: skip
    ours = [sys.executable, "-m", "edge.cli", "provision", "network"]
    running = [
        subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL, preexec_fn=dies_with_its_parent)
        for command in (dhcp, theirs, ours)
    ]
    try:
        yield
    finally:
        for process in running:
            process.terminate()
            process.wait()


async def taken(manager: NetworkManager) -> list[str]:
    """Every kind of profile we make, as NetworkManager's own checks let it pass."""
    ssid, password = Ssid(b"\xff\x00Shop"), "right password"
    made = {
        "hotspot": profiles.hotspot(profiles.new_hotspot(EPOCH)),
        "wpa": profiles.station(Wifi(ssid, password)),
        "wpa3": profiles.station(Wifi(ssid, password, security=Security.WPA3)),
        "key": profiles.station(Wifi(ssid, "0f" * 32, hidden=True)),
        "open": profiles.station(Wifi(ssid)),
    }
    for settings in made.values():
        path = f"/{SETTINGS.replace('.', '/')}"
        profile = await manager._call(path, SETTINGS, "AddConnectionUnsaved", "a{sa{sv}}", [settings])
        await manager._call(profile, PROFILE, "Save")
        await manager._call(profile, PROFILE, "Delete")
    return list(made)


async def secret(manager: NetworkManager) -> str:
    """Whether the setup file's network is known by its exact bytes, with its exact password."""
    await manager.look()
    (path,) = [path for path, ssid in manager._profiles.items() if ssid == HOSTILE.ssid]
    held = await manager._call(path, PROFILE, "GetSecrets", "s", ["802-11-wireless-security"])
    assert held["802-11-wireless-security"]["psk"].value == HOSTILE.password
    return "as it was written"


async def seen_cable(manager: NetworkManager, cable: Cable) -> bool:
    return (await manager.look()).cable is cable


async def told(paths: DevicePaths, state: NetworkState) -> bool:
    status = read_status(paths.network_status, NetworkStatus)
    return status is not None and status.state is state


async def link(peer: str, way: str) -> None:
    command = ["nsenter", "--target", peer, "--net", "ip", "link", "set", "p0", way]
    await (await asyncio.create_subprocess_exec(*command)).wait()


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    clock = SystemClock()
    end = clock.monotonic() + DEADLINE_S
    while True:
        try:
            if await condition():
                return
        except Exception:
            if clock.monotonic() > end:
                raise
        assert clock.monotonic() < end, "it never came to be"
        await asyncio.sleep(0.2)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(main(sys.argv[1], Path(sys.argv[2])))) + "\n")
