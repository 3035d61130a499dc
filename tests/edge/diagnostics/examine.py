"""`python -m tests.edge.diagnostics.examine`: what `vizora doctor` does, with a machine of the test's around it.

Settings come from the environment; VIZORA_ is ours there, so the test's own words begin with LAB_.
"""

import json
import os
import ssl
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from edge.clock import SystemClock
from edge.config import load
from edge.diagnostics.findings import findings, headline
from edge.diagnostics.gathering import EXAMINATION, Surroundings, gather

PATIENCE_S = 30.0
"""Long: a busy machine must not look like a silent far side."""


def no_firmware() -> str:
    raise FileNotFoundError("vcgencmd")


def surroundings(environ: Mapping[str, str]) -> Surroundings:
    issuers = environ.get("LAB_ISSUERS")
    return Surroundings(
        root=Path(environ["LAB_ROOT"]),
        resolv_conf=Path("/etc/resolv.conf"),
        issuers=lambda: ssl.create_default_context(cafile=issuers),
        firmware=no_firmware,
        patience_s=float(environ.get("LAB_PATIENCE_S", PATIENCE_S)),
        synchronised=lambda _: "LAB_UNSYNCHRONISED" not in environ,
        ntp_server=lambda _: environ.get("LAB_NTP"),
    )


class ShiftedClock(SystemClock):
    """This machine's, off by LAB_CLOCK_OFF_S seconds."""

    def __init__(self, off: timedelta) -> None:
        self._off = off

    def now(self) -> Any:
        return super().now() + self._off


def examined(environ: Mapping[str, str]) -> dict[str, Any]:
    clock = ShiftedClock(timedelta(seconds=float(environ.get("LAB_CLOCK_OFF_S", "0"))))
    facts = gather(load(environ), clock, EXAMINATION, surroundings(environ))
    found = findings(facts)
    return {
        "headline": headline(facts, found),
        "causes": [str(finding.cause) for finding in found],
        "facts": msgspec.to_builtins(facts),
    }


def main() -> int:
    sys.stdout.write(json.dumps(examined(os.environ)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
