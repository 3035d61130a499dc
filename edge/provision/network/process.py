"""The network service at work: looks, decides, does; tells the screen; serves the portal while its hotspot is up."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import msgspec

from edge.clock import EPOCH, Clock
from edge.files import write_at_once
from edge.paths import DevicePaths
from edge.provision.network import country, machine
from edge.provision.network.facts import CloudAnswer, Network, Radio, Seen, Wifi
from edge.provision.network.machine import (
    Abandon,
    AskCloud,
    Join,
    Joining,
    Keep,
    Leave,
    Looking,
    Offering,
    Online,
    Reconnect,
    Scan,
    Scanning,
    StartHotspot,
    State,
    Step,
    StopHotspot,
)
from edge.provision.network.names import shown
from edge.provision.network.network_manager import ManagerError
from edge.provision.network.profiles import ADDRESS
from edge.status import Hotspot, NetworkState, NetworkStatus, Problem

LOOK_S = 1.0
QUIET_LOOK_S = 30.0
"""Online, only a change of the network is worth a look."""
GRACE_S = 1.5
"""Between an answer to a phone and the end of the hotspot it comes over."""
STATES = {
    Looking: NetworkState.LOOKING,
    Scanning: NetworkState.SCANNING,
    Offering: NetworkState.OFFERING,
    Joining: NetworkState.JOINING,
    Online: NetworkState.ONLINE,
}

log = logging.getLogger(__name__)


class Manager(Protocol):
    """What NetworkManager is asked; each raises ManagerError."""

    async def look(self) -> Seen: ...
    async def scan(self) -> None: ...
    async def start_hotspot(self, offered: Hotspot) -> None: ...
    async def leave(self) -> None: ...
    async def join(self, wifi: Wifi) -> None: ...
    async def keep(self) -> None: ...
    async def abandon(self) -> None: ...
    async def reconnect(self) -> None: ...


class Portal(Protocol):
    """The page; `start` raises OSError while its address isn't there."""

    @property
    def is_running(self) -> bool: ...
    async def start(self, addresses: tuple[str, ...]) -> None: ...
    async def stop(self) -> None: ...


class NetworkProcess:
    """Lives in one event loop. The portal's handlers call `networks`, `problem`, `choose` and the like."""

    def __init__(
        self,
        *,
        paths: DevicePaths,
        clock: Clock,
        manager: Manager,
        hotspot: Hotspot,
        ask_cloud: Callable[[], Problem | None],
        regulate: Callable[[str], None],
        watchdog: Callable[[], None],
        grace_s: float = GRACE_S,
    ) -> None:
        self._paths = paths
        self._clock = clock
        self._manager = manager
        self._hotspot = hotspot
        self._ask_cloud = ask_cloud
        self._regulate = regulate
        self._watchdog = watchdog
        self._grace_s = grace_s
        self._state: State = Looking(clock.monotonic())
        self._seen = Seen()
        self._cloud: CloudAnswer | None = None
        self._portal_used_at: float | None = None
        self._published: NetworkStatus | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._failing = ""
        """What NetworkManager last failed with: said once, not every second."""
        self._deciding = asyncio.Lock()
        """A choice and a look are taken up one after the other."""
        self.wake = asyncio.Event()
        """Set when a look is worth it."""

    # What the portal shows and does
    @property
    def networks(self) -> tuple[Network, ...]:
        return self._state.networks if isinstance(self._state, Offering) else ()

    @property
    def problem(self) -> Problem | None:
        return machine.problem(self._state, self._seen)

    @property
    def country(self) -> str | None:
        return country.known(self._paths)

    def used(self) -> None:
        """A phone is at the page."""
        self._portal_used_at = self._clock.monotonic()

    async def choose_country(self, code: str) -> None:
        """Raises OSError when it can't be kept."""
        country.choose(self._paths, code)
        await asyncio.to_thread(self._regulate, code)

    async def choose(self, wifi: Wifi) -> None:
        """After the grace, so that the phone still gets its answer."""
        await asyncio.sleep(self._grace_s)
        async with self._deciding:
            await self._go(*machine.chosen(self._state, wifi, self._clock.monotonic()))

    async def scan_again(self) -> None:
        await asyncio.sleep(self._grace_s)
        async with self._deciding:
            await self._go(*machine.asked_to_scan(self._state, self._seen, self._clock.monotonic()))

    # The loop
    async def run(self, portal: Portal, ending: asyncio.Event) -> None:
        """Until `ending`; then the hotspot is ended too."""
        chosen = self.country
        if chosen is not None:
            await asyncio.to_thread(self._regulate, chosen)
        while not ending.is_set():
            await self.turn()
            await self._serve(portal)
            self._watchdog()
            await self._pause(ending)
        await portal.stop()
        if isinstance(self._state, Offering):
            await self._do(StopHotspot())

    async def turn(self) -> None:
        """One look, and what follows from it."""
        self.wake.clear()
        async with self._deciding:
            try:
                seen = await self._manager.look()
            except ManagerError as error:
                if str(error) != self._failing:
                    log.error("%s", error)
                self._failing = str(error)
                return
            self._failing = ""
            self._seen = replace(seen, cloud=self._cloud, portal_used_at=self._portal_used_at)
            await self._go(*machine.look(self._state, self._seen, self._clock.monotonic()))

    async def _go(self, state: State, steps: tuple[Step, ...]) -> None:
        if type(state) is not type(self._state):
            log.info("%s", STATES[type(state)])
        self._state = state
        self._publish()
        for step in steps:
            await self._do(step)
        if steps:
            self.wake.set()

    async def _do(self, step: Step) -> None:
        """What NetworkManager won't do is logged: the next looks tell what that means."""
        try:
            match step:
                case Scan():
                    await self._manager.scan()
                case StartHotspot():
                    await self._manager.start_hotspot(self._hotspot)
                case StopHotspot() | Leave():
                    await self._manager.leave()
                case Join(wifi):
                    await self._manager.join(wifi)
                case Keep():
                    await self._manager.keep()
                case Abandon():
                    await self._manager.abandon()
                case Reconnect():
                    await self._manager.reconnect()
                case AskCloud():
                    task = asyncio.create_task(self._ask())
                    self._tasks.add(task)
                    task.add_done_callback(self._tasks.discard)
        except ManagerError as error:
            log.warning("%s", error)

    async def _ask(self) -> None:
        try:
            problem = await asyncio.to_thread(self._ask_cloud)
        except Exception as error:  # noqa: BLE001  whatever it is, the question is asked again
            log.error("asking the cloud: %r", error)
            problem = Problem("VZ-107", "The cloud could not be asked. Trying again.")
        self._cloud = CloudAnswer(self._clock.monotonic(), problem)
        self.wake.set()

    async def _serve(self, portal: Portal) -> None:
        wanted = isinstance(self._state, Offering) and self._seen.radio is Radio.HOTSPOT
        if wanted and not portal.is_running:
            try:
                await portal.start((ADDRESS,))
            except OSError as error:
                log.warning("the portal's page: %s", error)
        elif portal.is_running and not isinstance(self._state, Offering):
            await portal.stop()

    async def _pause(self, ending: asyncio.Event) -> None:
        is_quiet = isinstance(self._state, Online) and self._cloud is not None and self._cloud.problem is None
        waits = [asyncio.ensure_future(event.wait()) for event in (self.wake, ending)]
        await asyncio.wait(waits, timeout=QUIET_LOOK_S if is_quiet else LOOK_S, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()

    def _publish(self) -> None:
        status = status_of(self._state, self._seen, self._hotspot)
        status = msgspec.structs.replace(status, at=self._clock.now())
        before = self._published
        if before is not None and msgspec.structs.replace(before, at=status.at) == status:
            return
        try:
            self._paths.network_status.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
            write_at_once(self._paths.network_status, msgspec.json.encode(status), mode=0o640)
            self._published = status
        except OSError as error:
            log.error("%s: %s", self._paths.network_status, error)


def status_of(state: State, seen: Seen, hotspot: Hotspot) -> NetworkStatus:
    """What the screen is told; `at` is still to be filled in."""
    ssid = state.wifi.ssid if isinstance(state, Joining) else state.ssid if isinstance(state, Online) else None
    return NetworkStatus(
        at=EPOCH,
        state=STATES[type(state)],
        network=None if ssid is None else shown(ssid),
        problem=machine.problem(state, seen),
        hotspot=hotspot if isinstance(state, Offering) and seen.radio is Radio.HOTSPOT else None,
    )
