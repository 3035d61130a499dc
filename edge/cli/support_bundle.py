"""`vizora support-bundle`: what support needs to know about this device, in one file without secrets."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from edge import config
from edge.clock import SystemClock
from edge.diagnostics import bundle
from edge.diagnostics.collecting import collect
from edge.diagnostics.gathering import EXAMINATION, GLANCE
from edge.files import write_durably
from vizora.errors import VizoraError

DONE, FAILED = 0, 1


def main(arguments: Sequence[str]) -> int:
    """Exit status: 0 written, 1 not, 2 wrong use."""
    parser = argparse.ArgumentParser(prog="vizora support-bundle", description=__doc__)
    parser.add_argument("file", type=Path, nargs="?", help="where to write it (default: a name of its own, here)")
    parser.add_argument(
        "--offline", action="store_true", help="without the connectivity test and without reading files"
    )
    parser.add_argument("--json", action="store_true", help="for programs: file, size and headline as one object")
    asked = parser.parse_args(arguments)
    try:
        made = collect(config.read(os.environ), SystemClock(), GLANCE if asked.offline else EXAMINATION)
    except VizoraError as error:
        sys.stderr.write(f"vizora support-bundle: {error}\n")
        return FAILED
    file = asked.file or Path(bundle.name(made.facts))
    try:
        write_durably(file.absolute(), made.packed, mode=0o600)
    except OSError as error:
        sys.stderr.write(f"vizora support-bundle: {file} can't be written ({error.strerror})\n")
        return FAILED
    told = {"file": str(file), "bytes": len(made.packed), "headline": made.headline}
    text = json.dumps(told) if asked.json else f"{made.headline}\n{file}: {len(made.packed)} bytes, without secrets"
    sys.stdout.write(text + "\n")
    return DONE
