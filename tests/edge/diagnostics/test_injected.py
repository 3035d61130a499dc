"""The truth test (P42) on real faults: broken networks, disks, clouds and services, seen by `vizora doctor`'s eyes."""

import shutil
import socket
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from edge.diagnostics.causes import Cause
from tests.edge.diagnostics import lab
from tests.edge.diagnostics.device import CONTENT, PICTURE, SHA
from tests.edge.diagnostics.namespaces import ALONE, CABLE, PEER, ROUTER, resolving_by
from tests.edge.diagnostics.scene import Scene, scene_in
from tests.free_port import free_port

NAMED = "http://cloud.example"
NOW = datetime.now(UTC)  # noqa: TID251  OpenSSL judges certificates by the machine's clock
DAY = timedelta(days=1)


Injection = Callable[[Scene], None]


# Networks
def no_cable(scene: Scene) -> None:
    scene.expect_silence()
    scene.network(CABLE + resolving_by(scene.folder, "192.0.2.53"), NAMED)


def no_interface(scene: Scene) -> None:
    scene.expect_silence()
    scene.network(ALONE + resolving_by(scene.folder, "192.0.2.53"), NAMED)


def no_address(scene: Scene) -> None:
    scene.expect_silence()
    scene.network(CABLE + "ip link set p0 up\n" + resolving_by(scene.folder, "192.0.2.53"), NAMED)


def no_route(scene: Scene) -> None:
    scene.expect_silence()
    scene.network(CABLE + "ip link set p0 up\nip addr add 192.0.2.20/24 dev v0\n")


def gateway_silent(scene: Scene) -> None:
    scene.expect_silence()
    scene.network(PEER)


def duplicate_address(scene: Scene) -> None:
    scene.expect_silence()
    scene.network(ROUTER + "there ip addr add 192.0.2.20/24 dev p0\n")


def no_dns(scene: Scene) -> None:
    scene.expect_silence()
    scene.network(ROUTER + resolving_by(scene.folder, "192.0.2.1"), NAMED)


def name_unknown(scene: Scene) -> None:
    server = f"{sys.executable} -m tests.fakes.plain_cloud dns > /dev/null 2>&1 & dns=$!\ntrap 'kill $peer $dns' EXIT\n"
    waiting = "until ss -lun | grep -q 127.0.0.1:53; do sleep 0.05; done\n"
    scene.network(ROUTER + resolving_by(scene.folder, "127.0.0.1") + server + waiting, NAMED)


def firewall_swallows(scene: Scene) -> None:
    scene.expect_silence()
    scene.network(ROUTER)


def served(scene: Scene, more: str = "") -> None:
    """A cloud at the other end of the cable."""
    command = f"{sys.executable} -m tests.fakes.plain_cloud 192.0.2.1 8000"
    server = f"nsenter --target $peer --net {command} > /dev/null 2>&1 & cloud=$!\n"
    trap = "trap 'kill $peer $cloud' EXIT\nuntil there ss -ltn | grep -q 192.0.2.1:8000; do sleep 0.05; done\n"
    scene.network(ROUTER + more + server + trap, "http://192.0.2.1:8000")


def small_mtu(scene: Scene) -> None:
    """A bridge lets what is too large for its port go silently, as firewalls that swallow ICMP do."""
    scene.expect_silence(5.0)
    bridge = (
        "there ip addr del 192.0.2.1/24 dev p0\nthere ip link set p0 mtu 1280\n"
        "there ip link add br0 type bridge\nthere ip link set p0 master br0\n"
        "there ip link set br0 mtu 1500 gso_max_segs 1\nthere ip link set br0 up\n"
        "there ip addr add 192.0.2.1/24 dev br0\n"
    )
    served(scene, bridge)


def ntp_blocked(scene: Scene) -> None:
    served(scene)
    scene.environ |= {"LAB_NTP": "192.0.2.1", "LAB_UNSYNCHRONISED": "1"}


# The way to the cloud
def cloud_refuses(scene: Scene) -> None:
    scene.device.cloud_url = f"http://127.0.0.1:{free_port()}"


def cloud_stalls(scene: Scene) -> None:
    scene.expect_silence()
    over = threading.Event()
    scene.stack.callback(over.set)
    scene.cloud(lab.fall_silent(over))


def proxied(scene: Scene, proxy: str) -> None:
    scene.device.cloud_url = NAMED
    scene.environ |= {"http_proxy": proxy, "no_proxy": ""}


def proxy_down(scene: Scene) -> None:
    proxied(scene, f"http://127.0.0.1:{free_port()}")


def proxy_password(scene: Scene) -> None:
    proxied(scene, scene.stack.enter_context(lab.far_side(lab.say(407, b"<html>", "text/html"))))


# Disks
def on_a_disk_of_its_own(scene: Scene, then: str) -> None:
    state = scene.device.paths.state
    lines = (
        f"cp -a '{state}' '{state}.all'",
        f"mount -t tmpfs -o size=256k none '{state}'",
        f"cp -a '{state}.all/.' '{state}'",
        then.format(state),
    )
    scene.network(ALONE + "\n".join(lines) + "\n", scene.device.cloud_url)


def disk_full(scene: Scene) -> None:
    on_a_disk_of_its_own(scene, "dd if=/dev/zero of='{}/filler' bs=4k 2>/dev/null || true")


def disk_read_only(scene: Scene) -> None:
    on_a_disk_of_its_own(scene, "mount -o remount,ro '{}'")


def well(inject: Injection) -> Injection:
    """The fault, with a cloud that answers beside it."""

    def both(scene: Scene) -> None:
        scene.cloud()
        inject(scene)

    return both


def status(name: str, **fields: object) -> Injection:
    return well(lambda scene: scene.device.change(getattr(scene.device.paths, name), **fields))


def file(name: str, text: str) -> Injection:
    return well(lambda scene: scene.put(name, text))


def problem(code: str) -> dict[str, str]:
    return {"code": code, "sentence": "It says so."}


def player_hung(scene: Scene) -> None:
    """It takes the question and says nothing, and has not for a while."""
    scene.kill("player")
    listener = scene.stack.enter_context(socket.socket(socket.AF_UNIX))
    listener.bind(str(scene.device.paths.player_socket))
    listener.listen(8)


def clock_ahead(scene: Scene) -> None:
    scene.environ["LAB_CLOCK_OFF_S"] = "7200"


def manifest_damaged(scene: Scene) -> None:
    scene.device.paths.current_manifest.write_bytes(b"{")


def asset_corrupt(scene: Scene) -> None:
    scene.device.paths.asset(SHA).write_bytes(b"A" + PICTURE[1:])


def asset_missing(scene: Scene) -> None:
    scene.device.paths.asset(SHA).unlink()


INJECTED: dict[str, tuple[Injection, Cause]] = {
    "no cable": (no_cable, Cause.NO_LINK),
    "no interface is up": (no_interface, Cause.NO_LINK),
    "no address": (no_address, Cause.NO_ADDRESS),
    "no route": (no_route, Cause.NO_ROUTE),
    "gateway silent": (gateway_silent, Cause.GATEWAY_SILENT),
    "duplicate address": (duplicate_address, Cause.DUPLICATE_ADDRESS),
    "no DNS": (no_dns, Cause.RESOLVER_SILENT),
    "name unknown": (name_unknown, Cause.NAME_UNKNOWN),
    "firewall swallows": (firewall_swallows, Cause.CLOUD_SILENT),
    "MTU 1280": (small_mtu, Cause.SMALL_PACKETS_ONLY),
    "NTP blocked": (ntp_blocked, Cause.NTP_BLOCKED),
    "cloud refuses": (cloud_refuses, Cause.CLOUD_REFUSES),
    "cloud stalls": (cloud_stalls, Cause.CLOUD_SILENT),
    "connection cut": (lambda scene: scene.cloud(lab.cut), Cause.CONNECTION_CUT),
    "cloud 503": (lambda scene: scene.cloud(lab.say(503)), Cause.CLOUD_FAILING),
    "portal redirects": (lambda scene: scene.cloud(lab.say(302, Location="http://portal/")), Cause.SIGN_IN_PAGE),
    "portal answers": (lambda scene: scene.cloud(lab.say(200, b"<html>", "text/html")), Cause.SIGN_IN_PAGE),
    "proxy down": (proxy_down, Cause.PROXY_DOWN),
    "proxy wants a password": (proxy_password, Cause.PROXY_PASSWORD),
    "certificate expired": (lambda scene: scene.tls(NOW - 90 * DAY, NOW - DAY), Cause.CERTIFICATE_DATES),
    "certificate of another name": (
        lambda scene: scene.tls(NOW - DAY, NOW + DAY, name="other.example"),
        Cause.CERTIFICATE_NAME,
    ),
    "TLS opened on the way": (lambda scene: scene.tls(NOW - DAY, NOW + DAY, trusted=False), Cause.CERTIFICATE_ISSUER),
    "clock behind, TLS fails": (
        lambda scene: scene.tls(NOW + 300 * DAY, NOW + 390 * DAY, date=NOW + 330 * DAY),
        Cause.CLOCK_WRONG,
    ),
    "clock ahead": (well(clock_ahead), Cause.CLOCK_WRONG),
    "disk full": (well(disk_full), Cause.DISK_FULL),
    "disk read-only": (well(disk_read_only), Cause.DISK_READ_ONLY),
    "ext4 errors": (file("sys/fs/ext4/mmcblk0p6/errors_count", "2\n"), Cause.FILE_SYSTEM_ERRORS),
    "eMMC worn": (file("sys/block/mmcblk0/device/life_time", "0x03 0x0b\n"), Cause.DISK_WORN),
    "under-voltage": (file("sys/devices/platform/soc/soc:firmware/get_throttled", "50005"), Cause.UNDER_VOLTAGE),
    "under-voltage earlier": (
        file("sys/devices/platform/soc/soc:firmware/get_throttled", "10000"),
        Cause.UNDER_VOLTAGE_SINCE_BOOT,
    ),
    "too hot": (file("sys/class/thermal/thermal_zone0/temp", "91000\n"), Cause.TOO_HOT),
    "display unplugged": (file("sys/class/drm/card1-HDMI-A-1/status", "disconnected\n"), Cause.DISPLAY_UNPLUGGED),
    "display off": (file("sys/class/drm/card1-HDMI-A-1/dpms", "Off\n"), Cause.DISPLAY_OFF),
    "player dead": (well(lambda scene: scene.kill("player")), Cause.PLAYER_DEAD),
    "player hung": (well(player_hung), Cause.PLAYER_HUNG),
    "cache dead": (well(lambda scene: scene.kill("cache")), Cause.CACHE_DEAD),
    "pairing service dead": (well(lambda scene: scene.kill("provision")), Cause.PROVISION_DEAD),
    "token revoked": (status("cache_status", state="revoked", problem=problem("VZ-109")), Cause.REMOVED),
    "manifest stale": (status("cache_status", stale=True), Cause.MANIFEST_STALE),
    "manifest refused": (status("cache_status", state="refused", problem=problem("VZ-113")), Cause.MANIFEST_REFUSED),
    "manifest damaged": (well(manifest_damaged), Cause.MANIFEST_UNREADABLE),
    "asset corrupt": (well(asset_corrupt), Cause.ASSET_DAMAGED),
    "asset missing": (well(asset_missing), Cause.ASSET_MISSING),
    "decoder dead": (status("player_status", unplayable={CONTENT: "the decoder ended"}), Cause.DECODER_FAILING),
}


@pytest.mark.parametrize("name", INJECTED)
def test_a_real_fault_is_named_in_the_first_line(name: str, tmp_path: Path) -> None:
    inject, cause = INJECTED[name]
    with scene_in(tmp_path) as scene:
        inject(scene)
        told = scene.examine()

    assert told["causes"][:1] == [cause], told["headline"]


def test_the_same_examination_of_a_well_screen_finds_nothing(tmp_path: Path) -> None:
    """The broken twin of every test above: without its fault it would fail."""
    with scene_in(tmp_path) as scene:
        scene.cloud()
        told = scene.examine()

    assert told["causes"] == [], told["headline"]
    assert told["headline"] == "All is well. On the screen: Menu."


@pytest.mark.parametrize("through", [served, lambda scene: scene.tls(NOW - DAY, NOW + DAY)], ids=["cable", "TLS"])
def test_a_well_network_is_well(through: Injection, tmp_path: Path) -> None:
    with scene_in(tmp_path) as scene:
        through(scene)
        told = scene.examine()

    assert told["causes"] == [], told["headline"]
    assert told["facts"]["probe"]["end"] == "reached"


def test_the_tools_of_this_laboratory_are_here() -> None:
    assert all(shutil.which(tool) for tool in ("unshare", "nsenter", "ip", "ss", "mount"))
