"""`make soak SOAK=name`: the proofs that take minutes, in full. Each prints its seed; `--seed` repeats it."""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hypothesis import seed as random_seed
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from edge.player.journal import AHEAD
from tests.cloud.realtime.test_presence import World
from tests.cloud.serving import ROOT
from tests.edge.cache.test_invariants import LIFE, CacheLife
from tests.powercut import cutting, on_ext4, wear
from tests.powercut.steps import record
from tests.servers.clickhouse import clickhouse_server
from tests.servers.redis import redis_server
from tests.soak import (
    lines,
    office_day,
    pairing,
    player_faults,
    player_memory,
    plays,
    presence,
    publications,
    real_network,
    repeating,
    restarts,
    timing,
    uploads,
)

Told = tuple[bool, dict[str, Any]]
"""Whether it held, and what to print."""


def soak_plays(seed: int, scale: float) -> Told:
    """1,000,000 plays of 200 screens over a bad line, 200 kills; counted by the embedded size and by ClickHouse."""
    size = plays.Size(round(1_000_000 * scale / 200) * 200, 200, round(200 * scale))
    with tempfile.TemporaryDirectory(prefix="vizora-soak-") as folder, clickhouse_server() as url:
        told = plays.run(Path(folder) / "var", size, seed, clickhouse_url=url)
    total = sum(count for count, _ in told.played["device"].values())
    return told.exact, {
        "played": total,
        "counted": {who: sum(plays for plays, _ in counts["device"].values()) for who, counts in told.counted.items()},
        "kills": told.kills,
        "requests": told.requests,
        "events sent": told.delivered,
        "refused": told.refused,
    }


def soak_uploads(seed: int, scale: float) -> Told:
    """300 kills at random instants of uploads: forms, new versions, tus."""
    with tempfile.TemporaryDirectory(prefix="vizora-soak-") as folder:
        return _of_uploads(uploads.run(Path(folder) / "var", round(300 * scale), seed, look_every=25))


def soak_uploads_on_servers(seed: int, scale: float) -> Told:
    """100 kills of PostgreSQL and the S3 store at random instants of uploads, by turns."""
    with tempfile.TemporaryDirectory(prefix="vizora-soak-") as folder:
        return _of_uploads(uploads.run_on_servers(Path(folder) / "var", round(100 * scale), seed, look_every=25))


def _of_uploads(told: uploads.Told) -> Told:
    return told.kept, {
        "kills": told.kills,
        "acknowledged": dict(told.acknowledged),
        "broken off": dict(told.broken_off),
        "whole, never acknowledged": told.whole_all_the_same,
        "lost": told.lost,
        "torn": told.torn,
        "refused": told.refused,
    }


def soak_timing(seed: int, scale: float) -> Told:
    """2,000 foreign and 2,000 missing ids at each of some routes, 500 sign-ins: nothing is learned by the time."""
    pairs = round(2000 * scale)
    with tempfile.TemporaryDirectory(prefix="vizora-soak-") as folder:
        told = timing.run(Path(folder) / "var", pairs, seed)
        twin = timing.run(Path(folder) / "twin", pairs, seed, broken=True)
    found = [name for name in timing.ROUTES if not twin[name].alike(len(twin))]
    return all(one.alike(len(told)) for one in told.values()) and found == [*timing.ROUTES], {
        "pairs": pairs,
        "medians, p": {name: [round(one.ratio, 3), round(one.p, 4)] for name, one in told.items()},
        "the broken twin's": {name: [round(one.ratio, 3), round(one.p, 4)] for name, one in twin.items()},
        "found of the twin": len(found),
    }


def soak_pairing(_: int, scale: float) -> Told:
    """1,000 races of 16 claims for one screen."""
    races = round(1000 * scale)
    with tempfile.TemporaryDirectory(prefix="vizora-soak-") as folder:
        told = pairing.run(Path(folder) / "var", races)
    return told == {pairing.EXPECTED: races}, {"races": races, "one winner": told[pairing.EXPECTED]}


def soak_repeating(_: int, scale: float) -> Told:
    """500 races of a creating request with itself, under one Idempotency-Key."""
    races = round(500 * scale)
    with tempfile.TemporaryDirectory(prefix="vizora-soak-") as folder:
        faults = repeating.run(Path(folder) / "var", races)
    return not faults, {"races": races, "more than one effect": faults}


def soak_presence(seed: int, scale: float) -> Told:
    """10,000 interleavings of connects, beats, late ends, crashes and Redis restarts: in memory, then on Redis."""
    examples = round(10_000 * scale)
    presence.hold(World(), examples, seed)
    with redis_server() as url:
        presence.hold(World(url), examples, seed)
    return True, {"interleavings": {"in memory": examples, "on Redis": examples}}


def soak_openapi(seed: int, scale: float) -> Told:
    """200 made-up requests to each operation of /openapi.json: no server error, nothing undocumented."""
    examples = round(200 * scale)
    test = ROOT / "tests/cloud/openapi/test_schemathesis.py"
    variables = {**os.environ, "VIZORA_SCHEMATHESIS_EXAMPLES": str(examples), "VIZORA_SCHEMATHESIS_SEED": str(seed)}
    run = subprocess.run([sys.executable, "-m", "pytest", "-q", str(test)], env=variables, cwd=ROOT, check=False)
    return run.returncode == 0, {"requests an operation": examples}


def soak_player_faults(seed: int, scale: float) -> Told:
    """200 random kills and stops of the player's children: what comes next is in time, nothing is black."""
    with tempfile.TemporaryDirectory(prefix="vizora-soak-") as folder:
        told = player_faults.run(player_faults.content(Path(folder)), round(200 * scale), seed)
    worst = {what: round(ticks * 1000 / 60) for what, ticks in sorted(told.worst_ticks.items())}
    said = {"faults": told.faults, "wrong ms, worst": worst, "late": told.late, "black": told.black}
    return not (told.late or told.black), said


def soak_player_memory(_: int, scale: float) -> Told:
    """1,000 changes of item on the stage: it grows by at most 1 MiB, and holds on to nothing."""
    with tempfile.TemporaryDirectory(prefix="vizora-soak-") as folder:
        before, after, done = player_memory.run_alone(Path(folder), round(1000 * scale))
    grown = after.memory - before.memory
    kept = grown <= player_memory.MOST and not player_memory.leaks(before, after)
    return kept, {"changes": done, "grown KiB": grown // 1024, "before": before._asdict(), "after": after._asdict()}


def soak_power_cuts(seed: int, scale: float) -> Told:
    """5,000 power cuts while plays are recorded and sent on, 5,000 while content is fetched and switched to."""
    cuts = round(5000 * scale)
    with tempfile.TemporaryDirectory(prefix="vizora-soak-") as folder:
        done = {
            "plays": cutting.of_plays(Path(folder) / "plays", cuts, seed),
            "content": cutting.of_content(Path(folder) / "content", cuts, seed),
        }
    told = {what: {"cuts": outcome.cuts, "faults": outcome.faults} for what, outcome in done.items()}
    return not any(outcome.faults for outcome in done.values()), told


def soak_failing_disk(seed: int, scale: float) -> Told:
    """100 runs in which one sync or one write is refused, each cut off at 50 points."""
    faults: list[str] = []
    every = {cutting.SYNCS: 3, cutting.WRITES: 9}
    runs = [(kind, number * step) for kind, step in every.items() for number in range(1, 1 + round(25 * scale))]
    for kind, number in runs:
        for name, look in (("plays", cutting.of_plays), ("content", cutting.of_content)):
            with tempfile.TemporaryDirectory(prefix="vizora-soak-") as folder:
                outcome = look(Path(folder), 50, seed, inject=f"{kind}:when={number}")
            faults += [f"{name}, {kind}, {number}: {fault}" for fault in outcome.faults]
    return not faults, {"runs": 2 * len(runs), "faults": faults}


def soak_wear(_: int, __: float) -> Told:
    """What a day writes to the card: nothing new, and 8,640 plays with three settings; and a sync on a real ext4."""
    told: dict[str, Any] = {}
    for name, arguments in (
        ("idle", ["30000"]),
        ("10 s", ["10000", "plays"]),
        ("30 s", ["30000", "plays"]),
        ("60 s", ["60000", "plays"]),
    ):
        with tempfile.TemporaryDirectory(prefix="vizora-soak-") as folder:
            written = wear.bytes_a_day(record("tests.powercut.wear", arguments, Path(folder) / "lab"))
        told[name] = f"{written / 1e6:.0f} MB a day"
    for name, ahead in (("over zeros", AHEAD), ("appended", wear.APPENDING)):
        with tempfile.TemporaryDirectory(prefix="vizora-soak-") as folder:
            told[f"ext4 pages a sync, {name}"] = on_ext4.pages_a_sync(Path(folder), ahead=ahead)
    return True, told


def soak_cache(seed: int, scale: float) -> Told:
    """300 random lives of a cache, of 30 steps: what plays is whole and never goes back."""
    lives = round(300 * scale)
    life = random_seed(seed)(CacheLife)
    run_state_machine_as_test(life, settings=settings(LIFE, max_examples=lives, stateful_step_count=30))
    return True, {"lives": lives}


def soak_network(_: int, __: float) -> Told:
    """The device's network service against Debian's own NetworkManager: cable, profiles, a setup file's password."""
    with tempfile.TemporaryDirectory(prefix="vizora-soak-") as folder:
        return True, real_network.run(Path(folder))


SOAKS: dict[str, Callable[[int, float], Told]] = {
    "plays": soak_plays,
    "uploads": soak_uploads,
    "uploads-on-servers": soak_uploads_on_servers,
    "timing": soak_timing,
    "pairing": soak_pairing,
    "repeating": soak_repeating,
    "presence": soak_presence,
    "publications": publications.soak,
    "lines": lines.soak,
    "restarts": restarts.soak,
    "office-day": office_day.soak,
    "openapi": soak_openapi,
    "player-faults": soak_player_faults,
    "network": soak_network,
    "power-cuts": soak_power_cuts,
    "failing-disk": soak_failing_disk,
    "wear": soak_wear,
    "cache": soak_cache,
    "player-memory": soak_player_memory,
}


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="make soak SOAK='…'", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which ones: {', '.join(SOAKS)} (default: all)")
    parser.add_argument("--seed", type=int, default=None, help="to repeat one (default: a new one, printed)")
    parser.add_argument("--scale", type=float, default=1.0, help="a part of it, as in 0.1 (default: %(default)s)")
    asked = parser.parse_args(arguments)
    if unknown := sorted(set(asked.names) - set(SOAKS)):
        parser.error(f"no soak called {', '.join(unknown)}; there are {', '.join(SOAKS)}")
    failed = 0
    for name in asked.names or SOAKS:
        seed = random.SystemRandom().randrange(1 << 32) if asked.seed is None else asked.seed
        print(f"{name}: {SOAKS[name].__doc__} Seed {seed}, load {os.getloadavg()[0]:.2f}.", flush=True)
        begun = time.monotonic()
        held, told = SOAKS[name](seed, asked.scale)
        failed += not held
        took = {"seconds": round(time.monotonic() - begun), "load": round(os.getloadavg()[0], 2)}
        print(json.dumps({"soak": name, "seed": seed, "held": held, **told, **took}), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
