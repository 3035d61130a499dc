"""Connections in NetworkManager's terms (nm-settings-dbus(5)): the hotspot, and a Wi-Fi that somebody chose."""

import random
from datetime import datetime, timedelta

from dbus_fast import Variant

from edge.provision.network.facts import Security, Wifi
from edge.provision.network.names import wifi_link
from edge.status import Hotspot

HOTSPOT = "Vizora setup"
ADDRESS = "10.42.0.1"
_UNMISTAKABLE = "abcdefghjkmnpqrstuvwxyz23456789"
"""No l, i, o, 0 and 1: people type it from a screen across a room."""

ANNOUNCED = timedelta(minutes=15)
_CHANCE = random.SystemRandom()

Settings = dict[str, dict[str, Variant]]


def new_hotspot(now: datetime, chance: random.Random = _CHANCE) -> Hotspot:
    """A name and a password of this start: 8 characters of 31 are 39 bits, for a network that is there for minutes."""
    name = f"Vizora-{''.join(chance.choices(_UNMISTAKABLE.upper(), k=4))}"
    password = "".join(chance.choices(_UNMISTAKABLE, k=8))
    return Hotspot(name, password, f"http://{ADDRESS}", wifi_link(name, password), now + ANNOUNCED)


def hotspot(offered: Hotspot) -> Settings:
    """WPA2, so that nobody else listens while a password is typed; NetworkManager gives addresses (`shared`)."""
    address = {"address": Variant("s", ADDRESS), "prefix": Variant("u", 24)}
    return {
        "connection": {
            "id": Variant("s", HOTSPOT),
            "type": Variant("s", "802-11-wireless"),
            "autoconnect": Variant("b", False),
        },
        "802-11-wireless": {
            "ssid": Variant("ay", offered.name.encode()),
            "mode": Variant("s", "ap"),
            "band": Variant("s", "bg"),
        },
        "802-11-wireless-security": {
            "key-mgmt": Variant("s", "wpa-psk"),
            "psk": Variant("s", offered.password),
            "proto": Variant("as", ["rsn"]),
            "pairwise": Variant("as", ["ccmp"]),
            "group": Variant("as", ["ccmp"]),
        },
        "ipv4": {"method": Variant("s", "shared"), "address-data": Variant("aa{sv}", [address])},
        "ipv6": {"method": Variant("s", "disabled")},
    }


def station(wifi: Wifi) -> Settings:
    settings: Settings = {
        "connection": {
            "id": Variant("s", "Vizora chosen network"),
            "type": Variant("s", "802-11-wireless"),
        },
        "802-11-wireless": {
            "ssid": Variant("ay", bytes(wifi.ssid)),
            "mode": Variant("s", "infrastructure"),
            "hidden": Variant("b", wifi.hidden),
        },
        "ipv4": {"method": Variant("s", "auto")},
        "ipv6": {"method": Variant("s", "auto")},
    }
    if wifi.password:
        management = "sae" if wifi.security is Security.WPA3 else "wpa-psk"
        settings["802-11-wireless-security"] = {
            "key-mgmt": Variant("s", management),
            "psk": Variant("s", wifi.password),
        }
    return settings
