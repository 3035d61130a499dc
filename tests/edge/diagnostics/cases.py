"""A healthy screen, what may befall it, and the ways a screen may be healthy: tables over facts."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import msgspec

from edge.diagnostics.causes import Cause
from edge.diagnostics.facts import (
    Canary,
    ClockFacts,
    Connector,
    Content,
    Disk,
    End,
    Facts,
    Life,
    Link,
    Machine,
    Network,
    Power,
    Probe,
    Service,
    WayIn,
)
from edge.status import CacheState, CacheStatus, PairingState, PairingStatus, PlayerStatus, Problem
from vizora.schedule.model import ClockTrust
from vizora.schedule.reasons import SourceKind

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
CLOUD = "https://cloud.example"
CABLE = Link("eth0", is_wireless=False, has_carrier=True, addresses=("192.0.2.20",))
RADIO = Link("wlan0", is_wireless=True, has_carrier=True, addresses=("192.0.2.21", "2001:db8::21"))
UNPLUGGED = Link("eth0", is_wireless=False, has_carrier=False)
BRIDGE = Link("docker0", is_wireless=False, has_carrier=False, addresses=("172.17.0.1",))
GOOD_POWER = Power(under_voltage=False, under_voltage_since_boot=False, is_throttled=False, was_throttled=False)
ALIVE = Service(Life.ANSWERS, 1.0)
GONE = Service(Life.GONE, 300.0)
SHOWN = ({"zoneId": "main", "contentId": "c", "title": "Menu", "type": "image"},)


def healthy(**changes: Any) -> Facts:
    """A Raspberry Pi on a cable that plays what was published to it."""
    facts = Facts(
        at=NOW,
        cloud_url=CLOUD,
        is_paired=True,
        clock=ClockFacts(ClockTrust.TRUSTED, NOW - timedelta(days=2), True, "time.example", True),
        disk=Disk("/data", 32_000_000_000, 20_000_000_000, "ext4", Canary.INTACT, 0, 10, False),
        player=ALIVE,
        cache=ALIVE,
        provision=Service(Life.ANSWERS, 86_400.0),
        network=Network((CABLE,), "192.0.2.1", True, ("192.0.2.1",), None, None),
        probe=Probe(End.REACHED, cloud_time=NOW, addresses=("198.51.100.7",)),
        machine=Machine("Raspberry Pi 4", 86_400.0, 55.0, 40.0, 30.0, GOOD_POWER),
        displays=(Connector("HDMI-A-1", True, True), Connector("HDMI-A-2", False, False)),
        content=Content(version=7, issued_at=NOW, source=SourceKind.SCHEDULE, source_name="Always", files=3, hashed=3),
        pairing_status=PairingStatus(PairingState.PAIRED, NOW, CLOUD, organization_name="ACME"),
        cache_status=CacheStatus(NOW, CacheState.IDLE, 7, last_contact_at=NOW),
        player_status=PlayerStatus("boot", NOW.isoformat(), "playing", shown=SHOWN, clock="trusted", frames=10),
    )
    return msgspec.structs.replace(facts, **changes)


def also(value: Any, **changes: Any) -> Any:
    return msgspec.structs.replace(value, **changes)


def ended(end: End, detail: str = "", **changes: Any) -> Facts:
    return healthy(probe=Probe(end, detail), **changes)


def disk(**changes: Any) -> Facts:
    return healthy(disk=also(healthy().disk, **changes))


def machine(**changes: Any) -> Facts:
    return healthy(machine=also(healthy().machine, **changes))


def network(end: End | None = None, **changes: Any) -> Facts:
    probe = healthy().probe if end is None else Probe(end)
    return healthy(network=also(healthy().network, **changes), probe=probe)


def content(**changes: Any) -> Facts:
    return healthy(content=also(healthy().content, **changes))


def cache(state: CacheState = CacheState.IDLE, code: str = "", sentence: str = "", **changes: Any) -> Facts:
    problem = Problem(code, sentence) if code else None
    return healthy(cache_status=also(healthy().cache_status, state=state, problem=problem, **changes))


def clock(at: datetime = NOW, **changes: Any) -> Facts:
    return healthy(at=at, clock=also(healthy().clock, **changes))


def certificate(at: datetime, cloud_time: datetime) -> Facts:
    """One that is valid around NOW, seen at `at`."""
    probe = Probe(
        End.CERTIFICATE_DATES,
        cloud_time=cloud_time,
        certificate_from=NOW - timedelta(days=10),
        certificate_until=NOW + timedelta(days=80),
    )
    return healthy(at=at, probe=probe)


LEFT_OUT = Problem(
    "VZ-121", "The player ended 5 times soon after its start; what was on then is left out for a while: “Menu”."
)


def player_problem(code: str) -> PlayerStatus:
    return PlayerStatus("boot", NOW.isoformat(), "starting", problem=Problem(code, "…"))


UNPAIRED = PairingStatus(PairingState.WAITING, NOW, CLOUD, user_code="ABC234")
NO_PAIRING = also(UNPAIRED, state=PairingState.FAILED, problem=Problem("VZ-109", "Belongs to somebody else."))

REFUSED = WayIn(False, Problem("VZ-103", "“Shop” refused the password."), "Vizora 4711")
FAR = also(REFUSED, problem=Problem("VZ-115", "“Shop” is not in reach of this screen."))
WRONG = ("/run/vizora-boot/vizora.toml, line 3: poll_ms = 'soon' is out of range; allowed: whole milliseconds",)

FAULTS: dict[str, tuple[Facts, Cause]] = {
    "a wrong setting": (healthy(wrong_settings=WRONG), Cause.SETTINGS_WRONG),
    "a wrong setting, and so no cloud": (
        healthy(wrong_settings=WRONG, cloud_url="", is_paired=False, pairing_status=NO_PAIRING, probe=None),
        Cause.SETTINGS_WRONG,
    ),
    "Wi-Fi password refused": (
        also(network(End.RESOLVER_SILENT, links=(UNPLUGGED,), gateway=None), way_in=REFUSED),
        Cause.WIFI_PASSWORD,
    ),
    "Wi-Fi password refused, without a test": (
        healthy(probe=None, network=Network(), way_in=REFUSED),
        Cause.WIFI_PASSWORD,
    ),
    "Wi-Fi out of reach": (healthy(probe=None, network=Network(), way_in=FAR), Cause.WIFI_NOT_JOINED),
    "no cable": (network(End.RESOLVER_SILENT, links=(UNPLUGGED, BRIDGE), gateway=None), Cause.NO_LINK),
    "no interface is up": (network(End.RESOLVER_SILENT, links=(), gateway=None), Cause.NO_LINK),
    "no address from DHCP": (
        network(End.RESOLVER_SILENT, links=(also(CABLE, addresses=()),), gateway=None),
        Cause.NO_ADDRESS,
    ),
    "another machine has our address": (network(End.SILENT, duplicate="192.0.2.20"), Cause.DUPLICATE_ADDRESS),
    "an address is taken, and all goes well for now": (network(duplicate="192.0.2.20"), Cause.DUPLICATE_ADDRESS),
    "no route": (network(End.NO_ROUTE, gateway=None, gateway_answers=None), Cause.NO_ROUTE),
    "a route to nowhere": (ended(End.NO_ROUTE, "No route to host"), Cause.NO_ROUTE),
    "router switched off": (network(End.RESOLVER_SILENT, gateway_answers=False), Cause.GATEWAY_SILENT),
    "no DNS": (ended(End.RESOLVER_SILENT), Cause.RESOLVER_SILENT),
    "DNS doesn't know the cloud": (ended(End.NAME_UNKNOWN), Cause.NAME_UNKNOWN),
    "proxy down": (network(End.PROXY_DOWN, proxy="proxy.example:3128"), Cause.PROXY_DOWN),
    "proxy wants a password": (network(End.PROXY_PASSWORD, proxy="proxy.example:3128"), Cause.PROXY_PASSWORD),
    "cloud refuses": (ended(End.REFUSED), Cause.CLOUD_REFUSES),
    "firewall swallows": (ended(End.SILENT), Cause.CLOUD_SILENT),
    "answers stall": (ended(End.STALLED), Cause.CLOUD_SILENT),
    "MTU 1280 on the way": (ended(End.SMALL_PACKETS_ONLY), Cause.SMALL_PACKETS_ONLY),
    "connection cut": (ended(End.CUT), Cause.CONNECTION_CUT),
    "captive portal": (ended(End.PORTAL, "302"), Cause.SIGN_IN_PAGE),
    "cloud answers 503": (ended(End.SERVER_ERROR, "503"), Cause.CLOUD_FAILING),
    "TLS fails for the clock is behind": (certificate(NOW - timedelta(days=400), NOW), Cause.CLOCK_WRONG),
    "TLS fails for the clock is ahead": (certificate(NOW + timedelta(days=400), NOW), Cause.CLOCK_WRONG),
    "certificate expired": (
        certificate(NOW + timedelta(days=400), NOW + timedelta(days=400)),
        Cause.CERTIFICATE_DATES,
    ),
    "certificate of another name": (ended(End.CERTIFICATE_NAME), Cause.CERTIFICATE_NAME),
    "TLS opened by a firewall": (ended(End.CERTIFICATE_ISSUER), Cause.CERTIFICATE_ISSUER),
    "no TLS there": (ended(End.NO_TLS, "WRONG_VERSION_NUMBER"), Cause.NO_TLS),
    "clock an hour off": (clock(NOW + timedelta(hours=1), trust=ClockTrust.FLOOR), Cause.CLOCK_WRONG),
    "clock at 1970, and no network": (
        also(clock(datetime(1970, 1, 1, tzinfo=UTC), trust=ClockTrust.UNTRUSTED, is_synchronised=False), probe=None),
        Cause.CLOCK_WRONG,
    ),
    "the cache met a wrong clock": (also(cache(code="VZ-106", sentence="Wrong."), probe=None), Cause.CLOCK_WRONG),
    "NTP blocked": (clock(is_synchronised=False, ntp_answers=False), Cause.NTP_BLOCKED),
    "nobody confirms the clock": (clock(trust=ClockTrust.FLOOR, is_synchronised=False), Cause.CLOCK_UNTRUSTED),
    "disk full": (disk(canary=Canary.FULL, free=0), Cause.DISK_FULL),
    "disk read-only": (disk(canary=Canary.READ_ONLY), Cause.DISK_READ_ONLY),
    "disk with input/output errors": (disk(canary=Canary.FAILING), Cause.DISK_FAILING),
    "disk that forgets": (disk(canary=Canary.CHANGED), Cause.DISK_FAILING),
    "folder of another user": (disk(canary=Canary.FORBIDDEN), Cause.DISK_FORBIDDEN),
    "ext4 errors": (disk(ext4_errors=3), Cause.FILE_SYSTEM_ERRORS),
    "eMMC at the end of its life": (disk(wear_percent=110), Cause.DISK_WORN),
    "eMMC without spare blocks": (disk(is_near_end=True), Cause.DISK_WORN),
    "under-voltage": (machine(power=also(GOOD_POWER, under_voltage=True, is_throttled=True)), Cause.UNDER_VOLTAGE),
    "under-voltage earlier": (
        machine(power=also(GOOD_POWER, under_voltage_since_boot=True)),
        Cause.UNDER_VOLTAGE_SINCE_BOOT,
    ),
    "too hot": (machine(temperature_c=88.0), Cause.TOO_HOT),
    "slowed down by heat": (machine(power=also(GOOD_POWER, is_throttled=True)), Cause.TOO_HOT),
    "memory used up": (machine(memory_percent=98.5), Cause.MEMORY_LOW),
    "display unplugged": (healthy(displays=(Connector("HDMI-A-1", False, False),)), Cause.DISPLAY_UNPLUGGED),
    "display switched off": (healthy(displays=(Connector("HDMI-A-1", True, False),)), Cause.DISPLAY_OFF),
    "no display to draw on": (
        healthy(displays=(), player=Service(Life.GONE, 1.0), player_status=player_problem("VZ-111")),
        Cause.NO_DISPLAY,
    ),
    "player dead": (healthy(player=GONE), Cause.PLAYER_DEAD),
    "player hung": (healthy(player=Service(Life.BUSY, 90.0)), Cause.PLAYER_HUNG),
    "player in its safe mode": (
        healthy(player_status=PlayerStatus("boot", NOW.isoformat(), "playing", problem=LEFT_OUT)),
        Cause.SAFE_MODE,
    ),
    "cache dead": (healthy(cache=GONE), Cause.CACHE_DEAD),
    "cache hung": (healthy(cache=Service(Life.BUSY, 90.0)), Cause.CACHE_HUNG),
    "pairing service dead": (healthy(provision=GONE), Cause.PROVISION_DEAD),
    "cache dead, nothing known of the network": (healthy(cache=GONE, probe=None), Cause.CACHE_DEAD),
    "token revoked": (cache(CacheState.REVOKED, "VZ-109", "Removed."), Cause.REMOVED),
    "belongs to another organization": (
        healthy(is_paired=False, pairing_status=NO_PAIRING, content=Content()),
        Cause.PAIRING_FAILED,
    ),
    "not paired": (healthy(is_paired=False, pairing_status=UNPAIRED, content=Content()), Cause.NOT_PAIRED),
    "cloud out of reach, by the cache's word": (
        also(cache(CacheState.OFFLINE, "VZ-105", "DNS doesn't know it."), probe=None),
        Cause.CLOUD_UNREACHABLE,
    ),
    "manifest refused": (cache(CacheState.REFUSED, "VZ-113", "Refused: not signed."), Cause.MANIFEST_REFUSED),
    "manifest damaged": (healthy(content=Content(fault="not JSON.")), Cause.MANIFEST_UNREADABLE),
    "nothing published": (healthy(content=Content()), Cause.NO_MANIFEST),
    "asset corrupt": (content(damaged=("Menu",)), Cause.ASSET_DAMAGED),
    "asset missing": (content(missing=("Menu", "Film")), Cause.ASSET_MISSING),
    "decoder dead": (content(unplayable=("Film: the decoder ended",)), Cause.DECODER_FAILING),
    "a kind this screen can't show": (content(unsupported=("Page: web pages",)), Cause.NOT_SUPPORTED),
    "manifest stale": (cache(stale=True), Cause.MANIFEST_STALE),
    "plays lost": (cache(plays_dropped=4), Cause.PLAYS_LOST),
    "nothing scheduled": (content(source=SourceKind.NONE), Cause.NOTHING_SCHEDULED),
}

TOGETHER: dict[str, tuple[Facts, Cause]] = {
    "a full disk blocks the cache": (
        also(cache(CacheState.BLOCKED, "VZ-112", "Storage is full."), disk=disk(canary=Canary.FULL).disk),
        Cause.DISK_FULL,
    ),
    "without a cable the programme grows stale, and NTP is silent": (
        also(
            network(End.RESOLVER_SILENT, links=(UNPLUGGED,), gateway=None),
            cache_status=cache(CacheState.OFFLINE, "VZ-105", "No DNS.", stale=True).cache_status,
            clock=clock(trust=ClockTrust.FLOOR, is_synchronised=False, ntp_answers=None).clock,
        ),
        Cause.NO_LINK,
    ),
    "a damaged file can't be decoded": (
        content(damaged=("Film",), unplayable=("Other: the file is damaged",)),
        Cause.ASSET_DAMAGED,
    ),
    "weak power makes it slow": (
        machine(power=Power(True, True, True, True), temperature_c=60.0),
        Cause.UNDER_VOLTAGE,
    ),
    "an old warning doesn't hide a new fault": (
        also(
            ended(End.RESOLVER_SILENT), machine=machine(power=also(GOOD_POWER, under_voltage_since_boot=True)).machine
        ),
        Cause.RESOLVER_SILENT,
    ),
}

Change = Callable[[Facts], Facts]


def _network(**changes: Any) -> Change:
    return lambda facts: also(facts, network=also(facts.network, **changes))


NETWORKS: tuple[Change, ...] = (
    lambda facts: facts,
    _network(links=(UNPLUGGED, RADIO, BRIDGE)),
    _network(links=(), gateway=None, gateway_answers=None),
    _network(links=(also(CABLE, addresses=("2001:db8::20",)),), gateway="fe80::1", gateway_answers=None),
    _network(proxy="proxy.example:3128", gateway_answers=False, duplicate=None),
    lambda facts: also(facts, probe=None, network=Network()),
    lambda facts: also(facts, way_in=WayIn(True, Problem("VZ-103", "“Shop” refused the password."))),
    lambda facts: also(facts, way_in=REFUSED),
    lambda facts: also(
        facts, cloud_url="http://127.0.0.1:3000", network=Network((UNPLUGGED,)), probe=Probe(End.REACHED)
    ),
)
MACHINES: tuple[Change, ...] = (
    lambda facts: facts,
    lambda facts: also(facts, machine=Machine("PC", 5_000_000.0, 79.5, 90.0, 150.0), displays=()),
    lambda facts: also(
        facts,
        machine=also(facts.machine, uptime_s=20.0, power=Power(under_voltage=False)),
        player=Service(Life.GONE),
        player_status=None,
        clock=ClockFacts(ClockTrust.FLOOR, NOW - timedelta(days=9), False, "time.example", None),
    ),
    lambda facts: also(
        facts,
        machine=also(facts.machine, power=also(GOOD_POWER, was_throttled=True)),
        disk=Disk("/var", 8_000_000_000, 9_000_000, "btrfs", Canary.INTACT),
    ),
    lambda facts: also(facts, displays=(Connector("DP-1", True, None), Connector("HDMI-A-1", True, False))),
)
STATES: tuple[Change, ...] = (
    lambda facts: facts,
    lambda facts: also(facts, player=Service(Life.BUSY, 3.0), cache=Service(Life.BUSY, 4.0)),
    lambda facts: also(
        facts, at=NOW + timedelta(seconds=45), clock=also(facts.clock, is_synchronised=False, ntp_answers=None)
    ),
    lambda facts: also(facts, cache_status=also(facts.cache_status, state=CacheState.FETCHING, plays_waiting=900)),
)
HEALTHY = [state(machine_(network_(healthy()))) for network_, machine_, state in product(NETWORKS, MACHINES, STATES)]
