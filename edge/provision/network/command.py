"""`vizora provision network`: brings the device to its network, by cable, by a Wi-Fi it knows, or by a phone's help."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Mapping, Sequence

from dbus_fast import BusType
from dbus_fast.aio import MessageBus

from edge import service_settings
from edge.clock import SystemClock
from edge.clock.readings import ClockReadings
from edge.config import DeviceConfig
from edge.pages.listening import Listener
from edge.provision.arguments import Parser
from edge.provision.network.asking import ask_cloud
from edge.provision.network.country import regulate
from edge.provision.network.network_manager import ManagerError, NetworkManager
from edge.provision.network.process import NetworkProcess
from edge.provision.network.profiles import ADDRESS, new_hotspot
from edge.provision.portal.app import HTTP, create_app
from edge.sdnotify import Notifier
from vizora.errors import OperatorError
from vizora.schedule.model import ClockTrust

DONE, FAILED, WRONG_USE = 0, 1, 2


def main(arguments: Sequence[str], environ: Mapping[str, str] = os.environ) -> int:
    """Runs until SIGTERM. Exit status 0: asked to end; 1: no bus, no NetworkManager; 2: a wrong setting."""
    Parser("network", __doc__).parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="network: %(message)s", stream=sys.stderr)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    try:
        settings = service_settings.load(environ, logging.getLogger(__name__).warning)
    except OperatorError as error:
        sys.stderr.write(f"network: {error}\n")
        return WRONG_USE
    try:
        asyncio.run(_run(settings, Notifier(environ)))
    except (OSError, ManagerError) as error:
        sys.stderr.write(f"network: {error}\n")
        return FAILED
    return DONE


async def _run(settings: DeviceConfig, notifier: Notifier) -> None:
    ending = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ending.set)
    clock = SystemClock()
    readings = ClockReadings(clock, settings.paths)
    bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
    manager = NetworkManager(bus, lambda: process.wake.set())
    hotspot = new_hotspot(clock.now())
    process = NetworkProcess(
        paths=settings.paths,
        clock=clock,
        manager=manager,
        hotspot=hotspot,
        ask_cloud=lambda: ask_cloud(
            settings.cloud_url, clock.now, lambda: readings.trust() is not ClockTrust.UNTRUSTED
        ),
        regulate=regulate,
        watchdog=notifier.watchdog,
    )
    await manager.start()
    notifier.ready()
    running = asyncio.ensure_future(process.run(Listener(create_app(process, hotspot.name, ADDRESS), HTTP), ending))
    lost = asyncio.ensure_future(bus.wait_for_disconnect())  # type: ignore[no-untyped-call]
    await asyncio.wait((running, lost), return_when=asyncio.FIRST_COMPLETED)
    if not running.done():
        running.cancel()
        raise ManagerError("the bus is gone")
    await running
    bus.disconnect()
