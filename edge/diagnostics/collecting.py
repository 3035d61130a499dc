"""Makes a support bundle of this device."""

from dataclasses import dataclass, field

from edge.clock import Clock
from edge.config import DeviceConfig
from edge.diagnostics import bundle, logs, programme
from edge.diagnostics.facts import Facts
from edge.diagnostics.findings import findings, headline
from edge.diagnostics.gathering import HERE, Depth, Surroundings, gather
from edge.diagnostics.held_secrets import secrets


@dataclass(frozen=True, slots=True)
class Collected:
    facts: Facts
    headline: str
    packed: bytes = field(repr=False)


def collect(
    config: DeviceConfig,
    clock: Clock,
    depth: Depth,
    at: Surroundings = HERE,
    journal: logs.Journal = logs.journalctl,
) -> Collected:
    facts = gather(config, clock, depth, at)
    found = findings(facts)
    read = {source: logs.recent(source, journal) for source in logs.LogSource}
    manifest = programme.read(config.paths.current_manifest).manifest
    made = bundle.parts(facts, found, manifest, read, secrets(config))
    return Collected(facts, headline(facts, found), bundle.pack(made, facts.at))
