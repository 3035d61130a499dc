"""`vizora demo`."""

import os
import sys
from collections.abc import Sequence

from edge.cli.demo.options import parse
from edge.cli.demo.report import Report
from edge.cli.demo.session import Session
from edge.clock import SystemClock
from vizora.errors import VizoraError


def main(arguments: Sequence[str]) -> int:
    try:
        options = parse(arguments, os.environ)
        return Session(options, SystemClock(), Report(options.json, by_make="MAKELEVEL" in os.environ)).run()
    except VizoraError as fault:
        sys.stderr.write(f"vizora demo: {fault}\n")
        return 1
