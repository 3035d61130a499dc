"""`vizora status`: what this device is doing, from the files its services publish, and what is wrong first."""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Any

import msgspec

from edge import config
from edge.cli.status_files import read_json
from edge.clock import SystemClock
from edge.diagnostics.findings import findings, headline
from edge.diagnostics.gathering import GLANCE, gather

DONE, FAILED = 0, 1


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="vizora status", description=__doc__)
    parser.add_argument("--json", action="store_true", help="headline, findings and the services' files as one object")
    asked = parser.parse_args(arguments)
    settings = config.read(os.environ)
    facts = gather(settings, SystemClock(), GLANCE)
    found = findings(facts)
    paths = settings.paths
    report = {
        "network": _told(read_json(paths.network_status)),
        "provision": read_json(paths.pairing_status),
        "cache": read_json(paths.cache_status),
        "player": read_json(paths.player_status),
    }
    if asked.json:
        told = {**report, "headline": headline(facts, found), "findings": found}
        sys.stdout.write(msgspec.json.encode(told).decode() + "\n")
    else:
        sys.stdout.write("\n".join([headline(facts, found), *sentences(report)]) + "\n")
    return DONE if report["player"] else FAILED


def _told(network: dict[str, Any]) -> dict[str, Any]:
    """Without the hotspot's password: that stands on the glass, for whoever is there."""
    hotspot = network.get("hotspot")
    return {**network, "hotspot": {"name": hotspot.get("name")}} if hotspot else network


def sentences(report: dict[str, dict[str, Any]]) -> list[str]:
    """One line a service, the fault first where there is one; the network's only where it is ours to look after.

    The last USB stick with content has one too.
    """
    return [
        *([f"network  {_network(report['network'])}"] if report.get("network") else []),
        f"pairing  {_pairing(report['provision'])}",
        f"cache    {_cache(report['cache'])}",
        *([f"stick    {stick['sentence']} ({stick['at']})"] if (stick := report["cache"].get("stick")) else []),
        f"player   {_player(report['player'])}",
    ]


def _network(status: dict[str, Any]) -> str:
    hotspot = status.get("hotspot")
    name = f", {status['network']}" if status.get("network") else f", as {hotspot['name']}" if hotspot else ""
    return f"{_problem(status)}{status.get('state')}{name}"


def _pairing(status: dict[str, Any]) -> str:
    if not status:
        return "not running"
    owner = f" with {status['organizationName']}" if status.get("organizationName") else ""
    code = f", code {status['userCode']}" if status.get("userCode") else ""
    return _problem(status) + f"{status.get('state')}{owner}{code}"


def _cache(status: dict[str, Any]) -> str:
    if not status:
        return "not running"
    wanted = status.get("wanted")
    progress = f", fetching {wanted['assetsReady']} of {wanted['assets']} files" if wanted else ""
    contact = status.get("lastContactAt") or "never"
    waiting = status.get("playsWaiting", 0)
    version = status.get("manifestVersion")
    return (
        f"{_problem(status)}{status.get('state')}, manifest {'none yet' if version is None else version}{progress}, "
        f"last contact {contact}, {waiting} plays waiting"
    )


def _player(status: dict[str, Any]) -> str:
    if not status:
        return "not running"
    shown = ", ".join(entry.get("title") or entry.get("contentId", "?") for entry in status.get("shown", []))
    unplayable = len(status.get("unplayable", {}))
    aside = f", {unplayable} put aside" if unplayable else ""
    return f"{_problem(status)}{status.get('state')}: {shown or 'a slate'}{aside}, clock {status.get('clock')}"


def _problem(status: dict[str, Any]) -> str:
    problem = status.get("problem")
    return f"{problem['code']}: {problem['sentence']} " if problem else ""
