"""The network service on a NetworkManager that works, over a real bus; only time is a fake."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from dbus_fast.aio import MessageBus

from edge.paths import DevicePaths
from edge.provision.network.network_manager import NetworkManager
from edge.provision.network.process import NetworkProcess
from edge.provision.network.profiles import new_hotspot
from edge.status import NetworkState, NetworkStatus, Problem, read_status
from tests.fakes.clock import FakeClock
from tests.fakes.network_manager import FakeNetworkManager, OnAir, private_bus

SHOP = b"Shop"
PASSWORD = "right password"


class Page:
    """The portal's page, as far as the service minds."""

    def __init__(self) -> None:
        self.is_running = False
        self.starts = 0

    async def start(self, addresses: tuple[str, ...]) -> None:
        assert addresses == ("10.42.0.1",)
        self.is_running = True
        self.starts += 1

    async def stop(self) -> None:
        self.is_running = False


class Bench:
    def __init__(self, folder: Path, fake: FakeNetworkManager, bus: MessageBus) -> None:
        self.fake = fake
        self.clock = FakeClock()
        self.paths = DevicePaths(folder / "state", folder / "run")
        self.answer: Problem | None = None
        self.regulated: list[str] = []
        self.manager = NetworkManager(bus, lambda: self.process.wake.set())
        self.process = NetworkProcess(
            paths=self.paths,
            clock=self.clock,
            manager=self.manager,
            hotspot=new_hotspot(self.clock.now()),
            ask_cloud=lambda: self.answer,
            regulate=self.regulated.append,
            watchdog=lambda: None,
            grace_s=0.0,
        )

    async def turns(self, count: int, seconds: float = 1.0) -> None:
        for _ in range(count):
            await self.process.turn()
            self.clock.pass_time(seconds)

    async def until(self, state: NetworkState) -> NetworkStatus:
        for _ in range(200):
            await self.turns(1)
            if self.status().state is state:
                return self.status()
        raise AssertionError(f"never {state}, but {self.status()}")

    def status(self) -> NetworkStatus:
        status = read_status(self.paths.network_status, NetworkStatus)
        assert status is not None
        return status


@asynccontextmanager
async def bench(folder: Path, **air: OnAir) -> AsyncIterator[Bench]:
    """A device without cable or known Wi-Fi, among these networks."""
    with private_bus(folder) as address:
        theirs = await MessageBus(bus_address=address).connect()
        ours = await MessageBus(bus_address=address).connect()
        fake = FakeNetworkManager(theirs, {name.encode(): about for name, about in air.items()})
        await fake.serve()
        made = Bench(folder, fake, ours)
        await asyncio.wait_for(made.manager.start(), 60)
        try:
            yield made
        finally:
            ours.disconnect()
            theirs.disconnect()
