"""`vizora bench`, `make bench`: every figure the documentation quotes, measured here, with the load of the machine."""

import argparse
import importlib
import json
import os
import platform
import sys
from collections.abc import Sequence

BENCHES = {
    "cloud": "bench.cloud",
    "evaluator": "bench.evaluator",
    "pages": "bench.pages",
    "player": "bench.player",
    "road": "bench.road",
}


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="vizora bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which ones: {', '.join(BENCHES)} (default: all)")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    asked = parser.parse_args(arguments)
    unknown = sorted(set(asked.names) - set(BENCHES))
    if unknown:
        parser.error(f"no bench called {', '.join(unknown)}; there are {', '.join(BENCHES)}")
    machine = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
    }
    print(json.dumps({"bench": "machine", **machine}) if asked.json else f"machine: {machine}")
    failed = 0
    for name in asked.names or BENCHES:
        status = importlib.import_module(BENCHES[name]).main(["--json"] if asked.json else [])
        failed = failed or status
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
