"""One simulated device: provision and cache as on a real one, each in a thread, and a screen without glass."""

import os
import random
import threading
from collections.abc import Iterator

import msgspec

from edge.cache.pairing_session import Machine
from edge.cache.process import CacheProcess
from edge.cache.worker import Inbox
from edge.cli.simulate.screen import Screen, Shown
from edge.clock import Clock
from edge.config import DeviceConfig
from edge.provision.calls import PairingCalls
from edge.provision.machine import about
from edge.provision.process import Provision
from edge.status import CacheStatus, PairingStatus, read_status
from vizora.device_api import PairingRequest
from vizora.identifiers import BootId


class Device:
    def __init__(self, number: int, config: DeviceConfig, clock: Clock, boot_id: BootId) -> None:
        self.number = number
        self._config = config
        self._clock = clock
        self._ending = threading.Event()
        self._inbox = Inbox()
        self._is_delivering = False
        self.plays_waiting: int | None = None
        """Once the screen is dark: plays the cloud has not counted yet."""
        self._provision = Provision(
            paths=config.paths,
            clock=clock,
            calls=PairingCalls(config.cloud_url),
            cloud_url=config.cloud_url,
            about=self._about,
            random_bytes=os.urandom,
            jitter=random.random,
            pairing_code=config.pairing_code,
        )
        self._screen = Screen(config.paths, clock, boot_id, config.plays_sync_ms)
        self._caching = threading.Thread(target=self._cache_on, name=f"cache {number}")
        self._providing = threading.Thread(target=self._provide_on, name=f"provision {number}", daemon=True)

    @property
    def pairing(self) -> PairingStatus | None:
        return read_status(self._config.paths.pairing_status, PairingStatus)

    @property
    def cache(self) -> CacheStatus | None:
        return read_status(self._config.paths.cache_status, CacheStatus)

    def start(self) -> None:
        self._caching.start()
        self._providing.start()

    def look(self) -> Iterator[Shown]:
        """What came on since the last look."""
        return self._screen.step()

    def darken(self) -> None:
        """The screen ends; what it showed is recorded, and the cache is asked to deliver it now."""
        self._screen.stop()
        self._inbox.put(self._deliver)

    def stop(self) -> None:
        """Provision may be waiting for a claim; it holds nothing and dies with this process."""
        self._ending.set()
        self._caching.join()

    def _about(self) -> PairingRequest:
        return msgspec.structs.replace(about(self._config.window), model=f"Simulated screen {self.number}")

    def _cache_on(self) -> None:
        """Built here: SQLite's connections belong to the thread that made them."""
        self._cache = CacheProcess(Machine.here(self._config, self._clock, self._inbox))
        while not self._ending.is_set():
            self._cache.turn()
            if self._is_delivering:
                self.plays_waiting = self._cache.status().plays_waiting
        self._cache.stop()

    def _deliver(self) -> None:
        """In the cache's thread, before a turn that takes the journal in."""
        self._cache.sync_now()
        self._is_delivering = True

    def _provide_on(self) -> None:
        while not self._ending.wait(self._provision.turn()):
            pass
