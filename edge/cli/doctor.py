"""`vizora doctor`: examines this device and names the fault in its first line."""

import argparse
import os
import sys
from collections.abc import Sequence

import msgspec

from edge import config
from edge.clock import SystemClock
from edge.diagnostics.causes import Finding, Severity
from edge.diagnostics.facts import Facts
from edge.diagnostics.findings import findings, headline
from edge.diagnostics.gathering import EXAMINATION, GLANCE, HERE, Surroundings, gather
from edge.diagnostics.telling import told

DONE, FAILED = 0, 1


def main(arguments: Sequence[str], at: Surroundings = HERE) -> int:
    """Exit status: 0 nothing is wrong, 1 a fault or a warning was found, 2 wrong use."""
    parser = argparse.ArgumentParser(prog="vizora doctor", description=__doc__)
    parser.add_argument(
        "--offline", action="store_true", help="without the connectivity test and without reading files"
    )
    parser.add_argument("--json", action="store_true", help="for programs: headline, findings and facts as one object")
    asked = parser.parse_args(arguments)
    settings = config.read(os.environ)
    facts = gather(settings, SystemClock(), GLANCE if asked.offline else EXAMINATION, at)
    found = findings(facts)
    sys.stdout.write(document(facts, found) + "\n" if asked.json else "\n".join(told(facts, found)) + "\n")
    return FAILED if any(finding.severity is not Severity.NOTE for finding in found) else DONE


def document(facts: Facts, found: Sequence[Finding]) -> str:
    whole = {"headline": headline(facts, found), "findings": found, "facts": facts}
    return msgspec.json.encode(whole).decode()
