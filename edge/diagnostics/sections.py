"""The facts in rows for people: the same on the page, in `vizora doctor` and in a support bundle. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from edge.diagnostics.facts import Facts, Life, Service
from edge.diagnostics.programme import local


class Topic(StrEnum):
    NETWORK = "network"
    CLOCK = "clock"
    CONTENT = "content"
    SERVICES = "services"
    MACHINE = "machine"
    STORAGE = "storage"


@dataclass(frozen=True, slots=True)
class Section:
    topic: Topic
    title: str
    rows: tuple[tuple[str, str], ...]


UNKNOWN = "not known"


def sections(facts: Facts) -> tuple[Section, ...]:
    return (
        Section(Topic.CONTENT, "Programme", tuple(_content(facts))),
        Section(Topic.NETWORK, "Network and cloud", tuple(_network(facts))),
        Section(Topic.CLOCK, "Clock", tuple(_clock(facts))),
        Section(Topic.SERVICES, "Services", tuple(_services(facts))),
        Section(Topic.MACHINE, "Machine and display", tuple(_machine(facts))),
        Section(Topic.STORAGE, "Storage", tuple(_storage(facts))),
    )


def _network(facts: Facts) -> Iterator[tuple[str, str]]:
    found, probe, cache = facts.network, facts.probe, facts.cache_status
    for link in found.links:
        kind = "Wi-Fi" if link.is_wireless else "cable"
        state = "connected" if link.has_carrier else "not connected"
        at = ", ".join(link.addresses) or "no address"
        yield link.name, f"{kind}, {state}, {at}, MTU {link.mtu}"
    if probe is not None:
        answers = {True: ", answers", False: ", silent", None: ""}[found.gateway_answers]
        yield "Router", f"{found.gateway}{answers}" if found.gateway else "none"
        yield "Name servers (DNS)", ", ".join(found.resolvers) or "none"
        yield "Proxy", found.proxy or "none"
        detail = f" ({probe.detail})" if probe.detail else ""
        yield "Connectivity test", f"{probe.end}{detail}, {probe.took_ms / 1000:.1f} s"
        yield "Cloud's addresses", ", ".join(probe.addresses) or UNKNOWN
        if probe.certificate_until is not None:
            yield "Certificate valid until", _time(facts, probe.certificate_until)
    if facts.way_in is not None and facts.way_in.hotspot:
        yield "Offers a Wi-Fi to phones", facts.way_in.hotspot
    yield "Cloud", facts.cloud_url or UNKNOWN
    if cache is not None:
        yield "Last word from the cloud", _time(facts, cache.last_contact_at)


def _clock(facts: Facts) -> Iterator[tuple[str, str]]:
    found, probe = facts.clock, facts.probe
    yield "Shows", f"{facts.at:%Y-%m-%d %H:%M:%S} UTC"
    yield f"In {facts.content.time_zone}", _time(facts, facts.at)
    yield "Trust", str(found.trust)
    yield "Follows a time source", _yes(found.is_synchronised)
    yield "Can't be before", f"{found.floor:%Y-%m-%d %H:%M} UTC"
    if found.ntp_server is not None:
        answers = {True: "answers", False: "silent", None: "its name is not known"}[found.ntp_answers]
        yield "Time server (NTP)", f"{found.ntp_server}, {answers}"
    if probe is not None and probe.cloud_time is not None:
        yield "Ahead of the cloud", f"{(facts.at - probe.cloud_time).total_seconds():+.0f} s"


def _content(facts: Facts) -> Iterator[tuple[str, str]]:
    found, cache, player = facts.content, facts.cache_status, facts.player_status
    for shown in player.shown if player else ():
        title = shown.get("title") or shown.get("contentId")
        yield f"On the glass, {shown.get('zoneId')}", f"{title} ({shown.get('type')})"
    yield "Decided by", f"{found.source} {found.source_name}".strip()
    yield "Next change", _time(facts, found.next_change)
    issued = "" if found.issued_at is None else f", issued {_time(facts, found.issued_at)}"
    yield "Manifest", "none" if found.version is None else f"version {found.version}{issued}"
    if cache is not None:
        yield "Stale", _yes(cache.stale)
        if cache.wanted is not None:
            wanted = cache.wanted
            yield (
                "On its way",
                f"version {wanted.version}: {wanted.assets_ready} of {wanted.assets} files, "
                f"{_size(wanted.bytes_ready)} of {_size(wanted.bytes)}",
            )
        yield "Plays waiting", f"{cache.plays_waiting} (lost {cache.plays_dropped}, refused {cache.plays_refused})"
    yield "Files", f"{found.files}, {_size(found.bytes)}; {found.hashed} read and compared now"
    for name, titles in (("Missing", found.missing), ("Damaged", found.damaged), ("Can't be shown", found.unplayable)):
        if titles:
            yield name, "; ".join(titles)
    if player is not None:
        yield "Pictures drawn", f"{player.frames}"
        yield "Pictures held too long", f"{player.held_ms / 1000:g} s since the player's start"


def _services(facts: Facts) -> Iterator[tuple[str, str]]:
    pairing, cache, player = facts.pairing_status, facts.cache_status, facts.player_status
    yield "Player", _service(facts.player, player.state if player else "")
    yield "Cache", _service(facts.cache, cache.state if cache else "")
    yield "Pairing service", _service(facts.provision, pairing.state if pairing else "")
    owner = f" to {pairing.organization_name}" if pairing and pairing.organization_name else ""
    yield "Paired", f"{_yes(facts.is_paired)}{owner}"
    for problem in (status.problem for status in (player, cache, pairing) if status is not None):
        if problem is not None:
            yield f"It says {problem.code}", problem.sentence


def _machine(facts: Facts) -> Iterator[tuple[str, str]]:
    found = facts.machine
    yield "Model", found.model or UNKNOWN
    yield "Up for", UNKNOWN if found.uptime_s is None else _duration(found.uptime_s)
    yield "Temperature", UNKNOWN if found.temperature_c is None else f"{found.temperature_c:g} °C"
    yield "Load", UNKNOWN if found.cpu_percent is None else f"{found.cpu_percent:g} % of the processors"
    yield "Memory used", UNKNOWN if found.memory_percent is None else f"{found.memory_percent:g} %"
    power = found.power
    yield "Voltage too low now", _yes(power.under_voltage)
    yield "Voltage too low since the start", _yes(power.under_voltage_since_boot)
    yield "Slowed down now", _yes(power.is_throttled)
    yield "Slowed down since the start", _yes(power.was_throttled)
    for display in facts.displays:
        is_on = {True: ", on", False: ", off", None: ""}[display.is_on]
        yield f"Display {display.name}", f"{'connected' if display.is_connected else 'nothing connected'}{is_on}"


def _storage(facts: Facts) -> Iterator[tuple[str, str]]:
    found = facts.disk
    yield "Folder", f"{found.folder} ({found.file_system or 'file system ' + UNKNOWN})"
    if found.total is not None and found.free is not None:
        yield "Free", f"{_size(found.free)} of {_size(found.total)}"
    yield "Written and read back", str(found.canary or UNKNOWN)
    yield "File system errors", UNKNOWN if found.ext4_errors is None else str(found.ext4_errors)
    yield "Used of its life", UNKNOWN if found.wear_percent is None else f"up to {found.wear_percent} %"


def _service(service: Service, state: str) -> str:
    life = {Life.ANSWERS: "running", Life.BUSY: "busy: no answer", Life.GONE: "not running"}[service.life]
    age = "" if service.status_age_s is None else f", last word {service.status_age_s:.0f} s ago"
    return f"{life}{', ' + state if state else ''}{age}"


def _time(facts: Facts, at: datetime | None) -> str:
    return "never" if at is None else local(facts.content.time_zone, at.replace(microsecond=0))


def _yes(value: bool | None) -> str:
    return UNKNOWN if value is None else "yes" if value else "no"


def _size(value: int) -> str:
    return f"{value / 1e9:.1f} GB" if value >= 1e9 else f"{value / 1e6:.1f} MB"


def _duration(seconds: float) -> str:
    days, rest = divmod(int(seconds), 86_400)
    hours, rest = divmod(rest, 3600)
    return f"{f'{days} d ' if days else ''}{hours} h {rest // 60} min"
