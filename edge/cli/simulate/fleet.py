"""Many simulated devices, from the first code to the last delivered play."""

import resource
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path

from edge.cli.simulate.device import Device
from edge.cli.simulate.options import Options
from edge.cli.simulate.report import Report, Result
from edge.clock import Clock
from edge.config import load
from edge.status import CacheState, PairingState
from vizora.identifiers import BootId

STEP_S = 0.25
DELIVERY_S = 15.0
"""How long the last plays may take to be delivered once the screens are dark."""
IN_TOUCH = (CacheState.IDLE, CacheState.FETCHING)


class Fleet:
    def __init__(
        self, options: Options, environ: Mapping[str, str], data: Path, clock: Clock, ended: Callable[[], bool]
    ) -> None:
        """Raises ConfigError. `ended` says whether somebody wants it to end before its time."""
        _allow_files(options.devices)
        self._clock = clock
        self._ended = ended
        self._seconds = options.seconds
        self._devices = [
            Device(number, load(_settings(environ, options.cloud_url, data / str(number))), clock, _boot_id())
            for number in range(1, options.devices + 1)
        ]
        self._told: dict[tuple[int, str], object] = {}
        self._shown = 0

    def run(self, report: Report) -> Result:
        for device in self._devices:
            device.start()
        until = self._clock.monotonic() + self._seconds
        while self._clock.monotonic() < until and not self._ended():
            for device in self._devices:
                for item in device.look():
                    self._shown += 1
                    report.shown(device.number, item)
                self._tell(device, report)
            self._clock.sleep(STEP_S)
        for device in self._devices:
            device.darken()
        return self._end()

    def _tell(self, device: Device, report: Report) -> None:
        pairing, cache = device.pairing, device.cache
        if pairing is not None:
            if pairing.user_code and self._is_new(device, "code", pairing.user_code):
                uris = pairing.verification_uri or "", pairing.verification_uri_complete or ""
                report.code(device.number, pairing.user_code, *uris)
            if pairing.confirmation and self._is_new(device, "confirmation", pairing.confirmation):
                report.confirmation(device.number, pairing.confirmation)
            if pairing.state is PairingState.PAIRED and self._is_new(device, "paired", pairing.organization_name):
                report.paired(device.number, pairing.organization_name or "")
        if cache is not None and cache.manifest_version and self._is_new(device, "manifest", cache.manifest_version):
            report.manifest(device.number, cache.manifest_version)
        problem = (pairing and pairing.problem) or (cache and cache.problem)
        if self._is_new(device, "problem", problem) and problem:
            report.problem(device.number, problem.code, problem.sentence)

    def _is_new(self, device: Device, what: str, value: object) -> bool:
        is_new = self._told.get((device.number, what)) != value
        self._told[device.number, what] = value
        return is_new

    def _end(self) -> Result:
        give_up = self._clock.monotonic() + DELIVERY_S
        while self._clock.monotonic() < give_up and any(device.plays_waiting != 0 for device in self._devices):
            self._clock.sleep(STEP_S)
        states = [device.pairing for device in self._devices]
        caches = [device.cache for device in self._devices]
        result = Result(
            devices=len(self._devices),
            paired=sum(state is not None and state.state is PairingState.PAIRED for state in states),
            in_touch=sum(cache is not None and cache.state in IN_TOUCH for cache in caches),
            shown=self._shown,
            plays_waiting=sum(device.plays_waiting or 0 for device in self._devices),
        )
        for device in self._devices:
            device.stop()
        return result


def _settings(environ: Mapping[str, str], cloud_url: str, folder: Path) -> dict[str, str]:
    own = {"VIZORA_STATE_DIR": str(folder / "state"), "VIZORA_RUN_DIR": str(folder / "run")}
    return {"VIZORA_WINDOW": "1920x1080", **environ, **own, "VIZORA_CLOUD_URL": cloud_url}


def _boot_id() -> BootId:
    return BootId(str(uuid.uuid4()))


def _allow_files(devices: int) -> None:
    """A device has some twenty files and sockets open at worst; the usual limit is 1,024 for a process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 256 + 32 * devices
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
