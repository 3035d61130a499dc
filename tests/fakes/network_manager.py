"""A NetworkManager that works, as far as we use it: served by dbus-fast on a bus of the test's own.

It has one cable socket, one radio, profiles, and an `air` of networks with passwords. Like the real one it can't scan
while it is a hotspot, tells a wrong password as a device that fails for want of secrets, and forgets what isn't saved.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from edge.provision.network.objects import ACTIVE, DEVICE, NM, POINT, PROFILE, WIRED, WIRELESS
from tests.child_process import dies_with_its_parent

CABLE, RADIO, MANAGER = (
    f"/{NM.replace('.', '/')}/Devices/1",
    f"/{NM.replace('.', '/')}/Devices/2",
    "/".join(("", *NM.split("."))),
)
DISCONNECTED, PREPARE, CONFIG, NEED_AUTH, IP_CONFIG, ACTIVATED, DEACTIVATING, FAILED = 30, 40, 50, 60, 70, 100, 110, 120
IP_UNAVAILABLE, NO_SECRETS, NOT_FOUND = 5, 7, 53
PSK, SAE, ENTERPRISE, PRIVACY = 0x100, 0x400, 0x200, 0x1
AUTO_CONFIGURED = 0

Settings = dict[str, dict[str, Variant]]


@contextmanager
def private_bus(folder: Path) -> Iterator[str]:
    """A dbus-daemon's address; nobody else's programs are on it."""
    daemon = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address", f"--address=unix:path={folder}/bus"],
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=dies_with_its_parent,
    )
    try:
        assert daemon.stdout is not None
        yield daemon.stdout.readline().strip()
    finally:
        daemon.terminate()
        daemon.wait()
        if daemon.stdout is not None:
            daemon.stdout.close()


@dataclass
class OnAir:
    """A network in reach."""

    password: str = ""
    flags: int = PSK
    strength: int = 60
    frequency: int = 2437
    gives_address: bool = True
    answers: bool = True
    """It doesn't: an attempt never gets anywhere."""


@dataclass
class Profile:
    settings: Settings
    is_saved: bool = True

    @property
    def ssid(self) -> bytes:
        return bytes(self.settings["802-11-wireless"]["ssid"].value)

    @property
    def is_hotspot(self) -> bool:
        return bool(self.settings["802-11-wireless"]["mode"].value == "ap")


@dataclass
class FakeNetworkManager:
    bus: MessageBus
    air: dict[bytes, OnAir] = field(default_factory=dict)
    profiles: dict[str, Profile] = field(default_factory=dict)
    has_radio: bool = True
    carrier: bool = False
    asked: list[str] = field(default_factory=list)
    """Every method that changes something, in order."""
    refuses: set[str] = field(default_factory=set)
    """Methods that answer with an error."""
    _cable: int = 20
    _radio: int = DISCONNECTED
    _active: tuple[str, str] | None = None
    """Paths of the active connection and its profile."""
    _listed: tuple[bytes, ...] = ()
    _numbers: int = 0

    async def serve(self) -> None:
        self.bus.add_message_handler(self._handle)
        await self.bus.request_name(NM)

    # What happens outside
    def plug(self, *, gives_address: bool = True) -> None:
        self.carrier, self._cable = True, ACTIVATED if gives_address else IP_CONFIG
        self._tell(CABLE, WIRED, {"Carrier": Variant("b", True)})

    def unplug(self) -> None:
        self.carrier, self._cable = False, 20
        self._tell(CABLE, WIRED, {"Carrier": Variant("b", False)})

    @property
    def is_hotspot(self) -> bool:
        return self._active is not None and self.profiles[self._active[1]].is_hotspot and self._radio == ACTIVATED

    @property
    def joined(self) -> bytes | None:
        if self._active is None or self._radio != ACTIVATED or self.is_hotspot:
            return None
        return self.profiles[self._active[1]].ssid

    def knows(self, ssid: bytes, password: str = "") -> None:
        """A saved profile, as a setup file leaves one."""
        settings: Settings = {
            "connection": {"id": Variant("s", "known")},
            "802-11-wireless": {"ssid": Variant("ay", ssid), "mode": Variant("s", "infrastructure")},
        }
        if password:
            settings["802-11-wireless-security"] = {"psk": Variant("s", password)}
        self._add(settings, is_saved=True)

    def autoconnect(self) -> None:
        """Tries what it knows, as at the start."""
        for path in list(self.profiles):
            self._activate(path)
            return

    # Objects
    def objects(self) -> dict[str, dict[str, dict[str, Variant]]]:
        found: dict[str, dict[str, dict[str, Variant]]] = {
            MANAGER: {NM: {"WirelessEnabled": Variant("b", True)}},
            CABLE: {
                DEVICE: {
                    "DeviceType": Variant("u", 1),
                    "State": Variant("u", self._cable),
                    "ActiveConnection": Variant("o", "/"),
                },
                WIRED: {"Carrier": Variant("b", self.carrier)},
            },
        }
        if self.has_radio:
            active = self._active[0] if self._active else "/"
            points = [self._point(ssid) for ssid in self._listed]
            found[RADIO] = {
                DEVICE: {
                    "DeviceType": Variant("u", 2),
                    "State": Variant("u", self._radio),
                    "ActiveConnection": Variant("o", active),
                },
                WIRELESS: {"AccessPoints": Variant("ao", points)},
            }
            for ssid in self._listed:
                about = self.air.get(ssid, OnAir())
                found[self._point(ssid)] = {
                    POINT: {
                        "Ssid": Variant("ay", ssid),
                        "Strength": Variant("y", about.strength),
                        "Frequency": Variant("u", about.frequency),
                        "Flags": Variant("u", PRIVACY if about.password else 0),
                        "WpaFlags": Variant("u", 0),
                        "RsnFlags": Variant("u", about.flags if about.password else 0),
                    }
                }
            if self._active is not None:
                settings = self.profiles[self._active[1]].settings
                found[self._active[0]] = {
                    ACTIVE: {"Id": settings["connection"]["id"], "Connection": Variant("o", self._active[1])}
                }
        for path in self.profiles:
            found[path] = {PROFILE: {"Unsaved": Variant("b", not self.profiles[path].is_saved)}}
        return found

    # Methods
    def _handle(self, message: Message) -> Message | bool | None:
        if message.message_type is not MessageType.METHOD_CALL or message.path is None or message.member is None:
            return None
        if (
            not message.path.startswith("/org/freedesktop")
            or message.interface == "org.freedesktop.DBus.Introspectable"
        ):
            return None
        name = message.member
        if name in self.refuses:
            return Message.new_error(message, f"{NM}.Failed", f"{name} is refused")
        try:
            signature, body = self._do(name, message.path, list(message.body))
        except KeyError as error:
            return Message.new_error(message, f"{NM}.UnknownConnection", str(error))
        return Message.new_method_return(message, signature, body)

    def _do(self, name: str, path: str, body: list[Any]) -> tuple[str, list[Any]]:
        if name == "GetManagedObjects":
            return "a{oa{sa{sv}}}", [self.objects()]
        if name == "GetSettings":
            return "a{sa{sv}}", [_without_secrets(self.profiles[path].settings)]
        self.asked.append(name)
        match name:
            case "RequestScan":
                if self.is_hotspot:
                    raise KeyError("a hotspot can't scan")
                self._listed = tuple(self.air)
                self._tell(RADIO, WIRELESS, {"LastScan": Variant("x", len(self.asked))})
            case "AddAndActivateConnection2":
                profile = self._add(body[0], is_saved=False)
                return "ooa{sv}", [profile, self._activate(profile), {}]
            case "ActivateConnection":
                return "o", [self._activate(body[0])]
            case "DeactivateConnection":
                self._deactivate()
            case "Save":
                self.profiles[path].is_saved = True
            case "Delete":
                if self._active is not None and self._active[1] == path:
                    self._deactivate()
                self.profiles.pop(path, None)
        return "", []

    def _add(self, settings: Settings, *, is_saved: bool) -> str:
        self._numbers += 1
        path = f"{MANAGER}/Settings/{self._numbers}"
        self.profiles[path] = Profile(settings, is_saved)
        return path

    def _activate(self, path: str) -> str:
        self._deactivate()
        self._numbers += 1
        active = f"{MANAGER}/ActiveConnection/{self._numbers}"
        self._active = (active, path)
        profile = self.profiles[path]
        self._change(PREPARE, 0)
        if profile.is_hotspot:
            self._change(ACTIVATED, 0)
            return active
        about = self.air.get(profile.ssid)
        secret = profile.settings.get("802-11-wireless-security", {})
        if about is None:
            self._fail(NOT_FOUND)
        elif not about.answers:
            self._change(CONFIG, 0)
        elif about.password and ("psk" not in secret or secret["psk"].value != about.password):
            self._change(NEED_AUTH, 0)
            self._fail(NO_SECRETS)
        elif not about.gives_address:
            self._change(IP_CONFIG, 0)
        else:
            self._change(IP_CONFIG, 0)
            self._change(ACTIVATED, 0)
        return active

    def no_lease(self) -> None:
        """Asking for an address comes to an end without one."""
        self._fail(IP_UNAVAILABLE)

    def _deactivate(self) -> None:
        if self._active is None:
            return
        profile = self._active[1]
        self._change(DEACTIVATING, 39)
        self._active = None
        self._change(DISCONNECTED, 39)
        if self.profiles[profile].is_hotspot:
            del self.profiles[profile]

    def _fail(self, reason: int) -> None:
        self._change(FAILED, reason)
        self._active = None
        self._change(DISCONNECTED, 0)

    def _change(self, state: int, reason: int) -> None:
        old, self._radio = self._radio, state
        self._send(RADIO, DEVICE, "StateChanged", "uuu", [state, old, reason])

    def _tell(self, path: str, interface: str, values: dict[str, Variant]) -> None:
        self._send(path, "org.freedesktop.DBus.Properties", "PropertiesChanged", "sa{sv}as", [interface, values, []])

    def _send(self, path: str, interface: str, member: str, signature: str, body: list[Any]) -> None:
        self.bus.send(Message.new_signal(path, interface, member, signature, body))

    def _point(self, ssid: bytes) -> str:
        return f"{MANAGER}/AccessPoint/{ssid.hex()}"


def _without_secrets(settings: Settings) -> Settings:
    return {section: {k: v for k, v in values.items() if k != "psk"} for section, values in settings.items()}
