"""How long the server takes for each page with 1,000 screens and 10,000 pieces of content, and how heavy it is.

Method: the real application on SQLite in this process, asked through its ASGI interface; the median of 5 answers after
one to warm up, in process time, so that other work on the machine does not count. The weight is the page's, gzipped,
without the stylesheet and scripts that a browser keeps.
"""

import argparse
import gzip
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from cloud.config import CloudConfig
from tests.cloud.house import PASSWORD, House
from tests.cloud.web.fleet import CONTENT, SCREENS, fill, pages
from tests.fakes.clock import FakeClock

ROUNDS = 5


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="vizora-bench-") as folder:
        config = CloudConfig(data_dir=Path(folder))
        with House(config, FakeClock()) as house:
            person = house.register()
            ids = fill(house, person, SCREENS, CONTENT)
            house.client.event_hooks = {"response": []}  # nothing but the server is measured
            house.client.post("/api/auth/login", json={"email": person.email, "password": PASSWORD})
            figures = {path: measure(house, path) for path in pages(ids)}
    for path, (taken_ms, size) in figures.items():
        one = {"bench": "pages", "page": path, "serverMs": taken_ms, "kB": size}
        print(json.dumps(one) if asked.json else f"pages: {taken_ms:6.0f} ms {size:6.1f} kB  {path}")
    load = round(os.getloadavg()[0], 2)
    print(json.dumps({"bench": "pages", "load": load}) if asked.json else f"pages: load {load}")
    return 0


def measure(house: House, path: str) -> tuple[float, float]:
    """Milliseconds and kilobytes."""
    taken, body = [], b""
    for _ in range(ROUNDS + 1):
        began = time.process_time()
        answer = house.client.get(path)
        taken.append(1000 * (time.process_time() - began))
        if answer.status_code != 200:
            sys.exit(f"{path} answered {answer.status_code}")
        body = answer.content
    return round(median(taken[1:]), 1), round(len(gzip.compress(body)) / 1000, 1)
