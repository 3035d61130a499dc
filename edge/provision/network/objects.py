"""NetworkManager's objects as it lists them over D-Bus (its API 1.0), and what they mean. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dbus_fast import Variant

from edge.provision.network.facts import Cable, Failure, Network, Radio, Security, Seen
from edge.provision.network.names import Ssid, fault_of_ssid

NM = "org.freedesktop.NetworkManager"
DEVICE, WIRED, WIRELESS = f"{NM}.Device", f"{NM}.Device.Wired", f"{NM}.Device.Wireless"
ACTIVE, POINT, PROFILE = f"{NM}.Connection.Active", f"{NM}.AccessPoint", f"{NM}.Settings.Connection"
ETHERNET, WIFI = (1, 20), (2,)
"""NMDeviceType: a virtual cable (veth) is a cable too."""
NOTHING = "/"
MOST_NETWORKS = 40

# NMDeviceState
UNAVAILABLE, PREPARE, NEED_AUTH, IP_CONFIG, ACTIVATED, DEACTIVATING, FAILED = 20, 40, 60, 70, 100, 110, 120

# NMDeviceStateReason
_FAILURES = {
    5: Failure.NO_ADDRESS,  # IP_CONFIG_UNAVAILABLE
    6: Failure.NO_ADDRESS,  # IP_CONFIG_EXPIRED
    7: Failure.PASSWORD,  # NO_SECRETS: it asked for another password, and nobody had one
    8: Failure.PASSWORD,  # SUPPLICANT_DISCONNECT, while the keys were being agreed on
    9: Failure.PASSWORD,  # SUPPLICANT_CONFIG_FAILED
    15: Failure.NO_ADDRESS,  # DHCP_START_FAILED
    16: Failure.NO_ADDRESS,  # DHCP_ERROR
    17: Failure.NO_ADDRESS,  # DHCP_FAILED
    53: Failure.NOT_FOUND,  # SSID_NOT_FOUND
}

# NM80211ApFlags, NM80211ApSecurityFlags
_PRIVACY = 0x1
_PSK, _ENTERPRISE, _SAE, _SUITE_B = 0x100, 0x200, 0x400, 0x2000

Objects = Mapping[str, Mapping[str, Mapping[str, Variant]]]
"""Path, interface, property."""


@dataclass(frozen=True, slots=True)
class Devices:
    """The paths of what we use; empty: there is none."""

    wifi: str = ""
    active: str = ""
    """The connection on the Wi-Fi, whatever its state."""
    profile: str = ""
    """Which profile that is of."""
    is_hotspot: bool = False


def devices(objects: Objects, hotspot: str) -> Devices:
    """`hotspot`: the name of our own connection."""
    path = next((path for path, device in _devices(objects, WIFI) if _get(device, "State") > UNAVAILABLE), "")
    if not path:
        return Devices()
    active = _get(objects[path][DEVICE], "ActiveConnection", NOTHING)
    about = objects.get(active, {}).get(ACTIVE, {})
    return Devices(
        wifi=path,
        active=active if about else "",
        profile=_get(about, "Connection", ""),
        is_hotspot=_get(about, "Id", "") == hotspot,
    )


def seen(objects: Objects, found: Devices) -> Seen:
    """Cable, radio and networks; what only history tells is left out."""
    wifi = objects.get(found.wifi, {})
    cables = [_cable(objects[path]) for path, _ in _devices(objects, ETHERNET)]
    return Seen(
        cable=max(cables, key=_BEST.index, default=Cable.NONE),
        radio=_radio(_get(wifi[DEVICE], "State"), is_hotspot=found.is_hotspot) if wifi else Radio.ABSENT,
        networks=networks(objects, _get(wifi.get(WIRELESS, {}), "AccessPoints", ())),
    )


def failure(state: int, reason: int) -> Failure | None:
    """What a change of a device's state says of the attempt it was at."""
    return _FAILURES.get(reason, Failure.OTHER) if state == FAILED else None


def networks(objects: Objects, points: Iterable[str]) -> tuple[Network, ...]:
    """One for each name, the strongest first; nameless (hidden) ones are none."""
    best: dict[Ssid, Network] = {}
    for path in points:
        point = objects.get(path, {}).get(POINT)
        ssid = Ssid(bytes(_get(point or {}, "Ssid", b"")))
        if point is None or fault_of_ssid(ssid):
            continue
        network = Network(
            ssid, min(100, _get(point, "Strength")), _security(point), is_5_ghz=_get(point, "Frequency") > 4000
        )
        if ssid not in best or best[ssid].strength < network.strength:
            best[ssid] = network
    return tuple(sorted(best.values(), key=lambda network: (-network.strength, network.ssid))[:MOST_NETWORKS])


_BEST = [Cable.NONE, Cable.PLUGGED, Cable.ONLINE]


def _devices(objects: Objects, kinds: tuple[int, ...]) -> Iterable[tuple[str, Mapping[str, Variant]]]:
    for path, interfaces in sorted(objects.items()):
        device = interfaces.get(DEVICE, {})
        if device and _get(device, "DeviceType") in kinds:
            yield path, device


def _cable(interfaces: Mapping[str, Mapping[str, Variant]]) -> Cable:
    if _get(interfaces[DEVICE], "State") == ACTIVATED:
        return Cable.ONLINE
    return Cable.PLUGGED if _get(interfaces.get(WIRED, {}), "Carrier", False) else Cable.NONE


def _radio(state: int, *, is_hotspot: bool) -> Radio:
    if is_hotspot:
        return Radio.HOTSPOT if state == ACTIVATED else Radio.IDLE
    if state == ACTIVATED:
        return Radio.ONLINE
    if PREPARE <= state <= NEED_AUTH:
        return Radio.JOINING
    return Radio.ASKING if IP_CONFIG <= state < ACTIVATED else Radio.IDLE


def _security(point: Mapping[str, Variant]) -> Security:
    offered = _get(point, "WpaFlags") | _get(point, "RsnFlags")
    if offered & _PSK:
        return Security.WPA
    if offered & _SAE:
        return Security.WPA3
    if offered & (_ENTERPRISE | _SUITE_B):
        return Security.ENTERPRISE
    return Security.WEP if _get(point, "Flags") & _PRIVACY and not offered else Security.OPEN


def _get(properties: Mapping[str, Variant], name: str, spare: Any = 0) -> Any:
    return properties[name].value if name in properties else spare
