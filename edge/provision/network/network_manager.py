"""NetworkManager over D-Bus: what it sees, and what it is asked to do."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from edge.provision.network import objects, profiles
from edge.provision.network.facts import Failure, Seen, Wifi
from edge.provision.network.names import Ssid
from edge.provision.network.objects import ACTIVE, DEVICE, NM, NOTHING, PROFILE, WIRED, WIRELESS, Devices
from edge.status import Hotspot
from vizora.errors import HardwareError

ROOT, MANAGER, SETTINGS = "/org/freedesktop", "/org/freedesktop/NetworkManager", f"{NM}.Settings"
PROPERTIES = "org.freedesktop.DBus.Properties"
TIMEOUT_S = 10.0
_TELLING = (DEVICE, WIRED, WIRELESS, ACTIVE, NM)
"""Interfaces whose changed properties are worth a look; access points change every few seconds."""

log = logging.getLogger(__name__)


class ManagerError(HardwareError):
    """NetworkManager isn't there, or won't."""


class NetworkManager:
    """One connection to the bus. `changed` is called when a new look is worth it."""

    def __init__(self, bus: MessageBus, changed: Callable[[], None]) -> None:
        self._bus = bus
        self._changed = changed
        self._found = Devices()
        self._profiles: dict[str, Ssid] = {}
        """Stations it knows, by path."""
        self._tried: Ssid | None = None
        self._tried_profile = ""
        self._failure: Failure | None = None
        self._scanned = 0

    async def start(self) -> None:
        """Listens, and switches the radio on. Raises ManagerError when there is no bus to listen to."""
        self._bus.add_message_handler(self._heard)
        await self._call("/org/freedesktop/DBus", "org.freedesktop.DBus", "AddMatch", "s",
                         [f"type='signal',sender='{NM}'"], to="org.freedesktop.DBus")  # fmt: skip
        try:
            switch = [NM, "WirelessEnabled", Variant("b", True)]
            await self._call(MANAGER, PROPERTIES, "Set", "ssv", switch)
        except ManagerError as error:
            log.warning("%s", error)  # a cable needs no radio, and NetworkManager may still come

    async def look(self) -> Seen:
        """Raises ManagerError."""
        known = await self._call(ROOT, "org.freedesktop.DBus.ObjectManager", "GetManagedObjects")
        self._found = objects.devices(known, profiles.HOTSPOT)
        self._profiles = await self._stations([path for path, about in known.items() if PROFILE in about])
        if not self._found.is_hotspot and self._found.profile in self._profiles:
            self._tried = self._profiles[self._found.profile]
        return replace(
            objects.seen(known, self._found),
            ssid=self._tried,
            failure=self._failure,
            knows_wifi=any(path != self._tried_profile for path in self._profiles),
            scanned=self._scanned,
        )

    async def scan(self) -> None:
        await self._call(self._radio(), WIRELESS, "RequestScan", "a{sv}", [{}])

    async def start_hotspot(self, offered: Hotspot) -> None:
        await self._activate(profiles.hotspot(offered), "volatile")

    async def leave(self) -> None:
        """Ends what is on the radio: the hotspot, or a network."""
        if self._found.active:
            await self._call(MANAGER, NM, "DeactivateConnection", "o", [self._found.active])

    async def join(self, wifi: Wifi) -> None:
        """Not remembered before `keep`."""
        self._failure, self._tried = None, wifi.ssid
        self._tried_profile = await self._activate(profiles.station(wifi), "memory")

    async def keep(self) -> None:
        """On the disk, in place of what was known of the same network."""
        tried, self._tried_profile = self._tried_profile, ""
        if not tried:
            return
        await self._call(tried, PROFILE, "Save")
        for path, ssid in self._profiles.items():
            if ssid == self._tried and path != tried:
                await self._call(path, PROFILE, "Delete")

    async def abandon(self) -> None:
        tried, self._tried_profile, self._failure = self._tried_profile, "", None
        if tried:
            await self._call(tried, PROFILE, "Delete")

    async def reconnect(self) -> None:
        """To whatever it knows; that it fails is found out by looking."""
        self._failure = None
        for path in self._profiles:
            await self._call(MANAGER, NM, "ActivateConnection", "ooo", [path, self._radio(), NOTHING])
            return

    def _radio(self) -> str:
        """Raises ManagerError: an empty path would cost us the line to the bus."""
        if not self._found.wifi:
            raise ManagerError("there is no Wi-Fi in this device any more")
        return self._found.wifi

    async def _activate(self, settings: profiles.Settings, persist: str) -> str:
        """The path of the new profile."""
        body = [settings, self._radio(), NOTHING, {"persist": Variant("s", persist)}]
        profile: str = (await self._call_all(MANAGER, NM, "AddAndActivateConnection2", "a{sa{sv}}ooa{sv}", body))[0]
        return profile

    async def _stations(self, paths: list[str]) -> dict[str, Ssid]:
        found = {}
        for path in paths:
            try:
                settings = await self._call(path, PROFILE, "GetSettings")
            except ManagerError:
                continue  # it went away in between
            wireless = settings.get("802-11-wireless", {})
            if wireless and ("mode" not in wireless or wireless["mode"].value == "infrastructure"):
                found[path] = Ssid(bytes(wireless["ssid"].value))
        return found

    async def _call(
        self, path: str, interface: str, member: str, signature: str = "", body: Any = (), *, to: str = NM
    ) -> Any:
        """The first value of the answer; None for none. Raises ManagerError."""
        answer = await self._call_all(path, interface, member, signature, body, to=to)
        return answer[0] if answer else None

    async def _call_all(
        self, path: str, interface: str, member: str, signature: str = "", body: Any = (), *, to: str = NM
    ) -> list[Any]:
        asked = Message(
            destination=to, path=path, interface=interface, member=member, signature=signature, body=list(body)
        )
        try:
            answer = await asyncio.wait_for(self._bus.call(asked), TIMEOUT_S)
        except (TimeoutError, EOFError, OSError) as error:
            raise ManagerError(f"{member}: no answer from NetworkManager ({error!r})") from error
        if answer.message_type is MessageType.ERROR:
            raise ManagerError(f"{member}: NetworkManager says {answer.error_name}: {answer.body[:1]}")
        return list(answer.body)

    def _heard(self, message: Message) -> None:
        """Signals: a state is gone before a look could see it, so its reason is taken from here."""
        if message.message_type is not MessageType.SIGNAL or message.path is None:
            return
        if message.interface == DEVICE and message.member == "StateChanged":
            self._state_changed(message.path, *message.body)
        elif message.interface == PROPERTIES and message.member == "PropertiesChanged":
            interface, values, _ = message.body
            if interface == WIRELESS and "LastScan" in values:
                self._scanned += 1
            if interface not in _TELLING:
                return
        elif message.interface not in (SETTINGS, PROFILE, "org.freedesktop.DBus.ObjectManager"):
            return
        self._changed()

    def _state_changed(self, path: str, new: int, _old: int, reason: int) -> None:
        if path != self._found.wifi:
            return
        failed = objects.failure(new, reason)
        if failed is not None:
            self._failure = failed
        elif new in (objects.PREPARE, objects.ACTIVATED):
            self._failure = None
