"""The findings about a device, the most likely cause first. Pure: the same facts, the same findings, anywhere.

The rules stand in the order of causes: what a broken thing breaks comes after it. So the first fault is the one to
mend, and the rest may be gone with it.
"""

from collections.abc import Sequence

from edge.diagnostics import clock_rules, machine_rules, network_rules, service_rules
from edge.diagnostics.causes import Finding, Rule, Severity
from edge.diagnostics.facts import Facts

RULES: tuple[Rule, ...] = (
    service_rules.settings,
    machine_rules.power,
    machine_rules.disk,
    machine_rules.disk_health,
    service_rules.player,
    service_rules.safe_mode,
    machine_rules.display,
    service_rules.cache,
    service_rules.provision,
    network_rules.network,
    service_rules.pairing,
    service_rules.manifest,
    service_rules.files,
    service_rules.playing,
    machine_rules.heat,
    machine_rules.memory,
    clock_rules.time_source,
    service_rules.staleness,
    service_rules.plays,
    service_rules.programme,
)


def findings(facts: Facts, rules: Sequence[Rule] = RULES) -> tuple[Finding, ...]:
    """Faults, then warnings, then notes; within each in the order of causes."""
    found = [finding for rule in rules for finding in rule(facts)]
    return tuple(finding for severity in Severity for finding in found if finding.severity is severity)


def headline(facts: Facts, found: Sequence[Finding]) -> str:
    """One line: the first finding, or that all is well and what is on."""
    if found:
        return found[0].sentence
    shown = facts.player_status.shown if facts.player_status else ()
    titles = ", ".join(str(entry.get("title") or entry.get("contentId", "?")) for entry in shown)
    return f"All is well. On the screen: {titles or 'a message of its own'}."
