"""Gathers the facts about this device. All of it reads; only the canary writes, and only the test asks the net."""

import os
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import requests.utils

from edge.clock import Clock
from edge.clock.readings import ClockReadings, is_synchronised, read_floor
from edge.clock.trust import floor
from edge.config import DeviceConfig
from edge.diagnostics import disk, files, links, machine, ntp, probing, programme, services
from edge.diagnostics.facts import ClockFacts, Facts, Network, Probe, WayIn
from edge.identity import read_credentials
from edge.paths import DevicePaths
from edge.status import CacheStatus, NetworkState, NetworkStatus, PairingStatus, PlayerStatus, read_status
from vizora.manifest.model import Manifest
from vizora.schedule.model import ClockTrust

SYSTEM = Path("/")


@dataclass(frozen=True, slots=True)
class Depth:
    """How hard to look."""

    is_tested: bool
    """Make the connectivity test, and look at the network for it."""
    hashed_bytes: int


GLANCE = Depth(is_tested=False, hashed_bytes=0)
"""From what lies on the device: milliseconds, and nothing goes out."""
EXAMINATION = Depth(is_tested=True, hashed_bytes=files.HASHED_BYTES)
"""All there is: half a minute where the network is broken."""


def trusted_issuers() -> ssl.SSLContext:
    """What the cache's calls trust (requests): its own list, or the file the environment names."""
    return ssl.create_default_context(
        cafile=os.environ.get("REQUESTS_CA_BUNDLE") or requests.utils.DEFAULT_CA_BUNDLE_PATH
    )


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where to look; tests put their own in its place."""

    root: Path = SYSTEM
    resolv_conf: Path = links.RESOLV_CONF
    issuers: Callable[[], ssl.SSLContext] = trusted_issuers
    firmware: Callable[[], str] = machine.ask_firmware
    random_bytes: Callable[[int], bytes] = os.urandom
    patience_s: float = probing.PATIENCE_S
    synchronised: Callable[[datetime], bool] = is_synchronised
    ntp_port: int = ntp.PORT
    ntp_server: Callable[[Path], str | None] = field(default=ntp.configured_server)


HERE = Surroundings()


def gather(config: DeviceConfig, clock: Clock, depth: Depth, at: Surroundings = HERE) -> Facts:
    """Raises nothing: what can't be found out is not known."""
    paths, now = config.paths, clock.now()
    stored = programme.read(paths.current_manifest)
    player_status = read_status(paths.player_status, PlayerStatus)
    issued_at = stored.manifest.issued_at if stored.manifest else None
    trust = clock_trust(paths, clock, stored.manifest)
    server = at.ntp_server(at.root) if depth.is_tested else None
    credentials = read_credentials(paths.credentials)
    cloud_url = config.cloud_url or (credentials.cloud_url if credentials else "")
    network, probe = _network(cloud_url, clock, at) if depth.is_tested and cloud_url else (Network(), None)
    return Facts(
        at=now,
        cloud_url=cloud_url,
        is_paired=credentials is not None,
        clock=ClockFacts(
            trust=trust,
            floor=floor(read_floor(paths.clock_floor), issued_at),
            is_synchronised=at.synchronised(now),
            ntp_server=server,
            ntp_answers=ntp.answers(server, at.ntp_port) if server else None,
        ),
        disk=disk.disk(paths.state, paths.canary, at.random_bytes(disk.CANARY_BYTES), at.root),
        player=services.service(paths.player_socket, paths.player_status, now),
        cache=services.service(paths.cache_socket, paths.cache_status, now),
        provision=services.service(paths.provision_socket, paths.pairing_status, now),
        network=network,
        probe=probe,
        machine=machine.machine(paths.state, at.root, at.firmware),
        displays=machine.displays(at.root),
        content=files.content(
            stored,
            paths,
            at=now,
            clock=trust,
            unplayable=player_status.unplayable if player_status else {},
            hashed_bytes=depth.hashed_bytes,
        ),
        pairing_status=read_status(paths.pairing_status, PairingStatus),
        cache_status=read_status(paths.cache_status, CacheStatus),
        player_status=player_status,
        way_in=_way_in(paths),
        wrong_settings=tuple(map(str, config.faults)),
    )


def clock_trust(paths: DevicePaths, clock: Clock, manifest: Manifest | None) -> ClockTrust:
    """How far this device may believe its clock now."""
    return ClockReadings(clock, paths).trust(manifest.issued_at if manifest else None)


def _way_in(paths: DevicePaths) -> WayIn | None:
    told = read_status(paths.network_status, NetworkStatus)
    if told is None:
        return None
    return WayIn(told.state is NetworkState.ONLINE, told.problem, told.hotspot.name if told.hotspot else None)


def _network(cloud_url: str, clock: Clock, at: Surroundings) -> tuple[Network, Probe]:
    probe = probing.probe(
        cloud_url,
        proxy=links.proxy_url(cloud_url),
        context=at.issuers(),
        monotonic=clock.monotonic,
        patience_s=at.patience_s,
    )
    return links.network(cloud_url, clock, at.resolv_conf), probe
