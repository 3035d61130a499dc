"""`vizora simulate`: exit status 0 when every screen was paired and in touch, and all plays are delivered."""

import logging
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from edge.cli.simulate.fleet import Fleet
from edge.cli.simulate.options import Options, parse
from edge.cli.simulate.report import Report
from edge.clock import SystemClock
from vizora.errors import OperatorError
from vizora.structs import know_all

DONE, FAILED, WRONG_USE = 0, 1, 2


def main(arguments: Sequence[str]) -> int:
    logging.basicConfig(level=logging.CRITICAL)  # what goes wrong is told by the screens' own problems
    try:
        options = parse(arguments)
        if options.data is not None:
            return _run(options, options.data)
        with tempfile.TemporaryDirectory(prefix="vizora-simulate-", ignore_cleanup_errors=True) as folder:
            return _run(options, Path(folder))
    except OperatorError as fault:
        sys.stderr.write(f"vizora simulate: {fault}\n")
        return WRONG_USE
    except OSError as fault:
        sys.stderr.write(f"vizora simulate: the screens' storage can't be written: {fault}\n")
        return FAILED


def _run(options: Options, data: Path) -> int:
    asked_to_end: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda which, _: asked_to_end.append(which))
    know_all()  # all screens are threads of this process
    report = Report(options.json)
    result = Fleet(options, os.environ, data, SystemClock(), lambda: bool(asked_to_end)).run(report)
    report.end(result)
    return DONE if result.is_well else FAILED
