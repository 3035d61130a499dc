"""How fast the evaluator decides: `python -m bench.evaluator [--json]`, with targets and the load it ran under.

Decisions are timed a second apart within one day, which is what a player asks, and at random instants of a week, both
after it was first asked about. The first decision of a day, which paints it, has a line of its own, as has asking
for every reason. Nine schedules in ten have times of their own, and none hides the rest by lasting always.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median

from vizora.identifiers import ContentId, DeviceId, ItemId, OrganizationId, PlaylistId, ScheduleId
from vizora.manifest.codec import encode
from vizora.manifest.model import (
    Always,
    Asset,
    ContentType,
    Cron,
    Fallback,
    Item,
    Manifest,
    Once,
    Playlist,
    Recurrence,
    Schedule,
    Weekly,
)
from vizora.schedule.evaluate import Plan, plan, what_is_on
from vizora.schedule.timeline import timeline

START = datetime(2026, 3, 28, tzinfo=UTC)
ROUNDS = 5
DECISIONS = 2_000
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC")


def main(arguments: Sequence[str] = ()) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.evaluator", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    asked = parser.parse_args(arguments)
    missed = 0
    for name, value, target, unit in figures():
        met = target is None or value <= target
        missed += not met
        told = {
            "bench": "evaluator",
            "name": name,
            "value": round(value, 3),
            "unit": unit,
            "target": target,
            "met": met,
        }
        print(
            json.dumps(told)
            if asked.json
            else f"{name:<52} {value:10.3f} {unit}{'' if target is None else f' (target {target:g})'}",
            flush=True,
        )
    load = [round(value, 2) for value in os.getloadavg()]
    print(json.dumps({"bench": "evaluator", "load": load}) if asked.json else f"load average {load}")
    return 1 if missed else 0


def figures() -> Iterator[tuple[str, float, float | None, str]]:
    """Name, measured value, target and unit; the median of several rounds."""
    for count, target_us in ((100, 50.0), (10_000, 1_000.0)):
        made = manifest(count)
        asked = plan(made)
        yield f"plan of {count} schedules", seconds(partial(plan, made)) * 1e3, None, "ms"
        yield f"first decision of a day, {count} schedules", first_of_a_day(asked) * 1e3, None, "ms"
        yield f"one decision, {count} schedules", per_decision(asked, seconds_of_a_day()) * 1e6, target_us, "us"
        yield f"one decision anywhere in a week, {count}", per_decision(asked, anywhere()) * 1e6, target_us, "us"
        yield f"one decision with every reason, {count}", with_reasons(asked) * 1e3, None, "ms"
    week = START + timedelta(days=7)
    hundred = plan(manifest(100))
    yield "a week's timeline of 100 schedules", seconds(lambda: timeline(hundred, START, week)) * 1e3, 100.0, "ms"
    yield "vizora explain, 100 schedules, from process start", explain_seconds(manifest(100)), 0.3, "s"


def manifest(count: int) -> Manifest:
    """Schedules of every kind over four zones and many priorities, for one playlist of twenty items."""
    picture, items = ContentId("picture"), range(20)
    return Manifest(
        device_id=DeviceId("bench"),
        organization_id=OrganizationId("bench"),
        version=1,
        issued_at=START,
        time_zone=ZONES[0],
        assets={picture: Asset(type=ContentType.IMAGE, sha256="a" * 64)},
        playlists={
            PlaylistId("p"): Playlist(items=tuple(Item(id=ItemId(f"i{n}"), content_id=picture) for n in items)),
        },
        schedules=tuple(
            Schedule(
                id=ScheduleId(f"s{n}"),
                time_zone=ZONES[n % 4],
                recurrence=recurrence(n),
                playlist_id=PlaylistId("p"),
                priority=-1_000 if n % 20 == 0 else n * 7 % 200,
            )
            for n in range(count)
        ),
        fallback=Fallback(PlaylistId("p")),
    )


def recurrence(n: int) -> Recurrence:
    match n % 20:
        case 0:
            return Always()
        case 1 | 2 | 3:
            return Cron(expression=f"{n % 60} {n % 24} * * 1-5", duration_ms=60_000 + n)
        case 4:
            return Once(start=f"2026-03-{1 + n % 28:02}T{n % 24:02}:00", end="2026-03-31T12:00")
        case _:
            days = tuple(day for day in range(1, 8) if (n + day) % 3)
            return Weekly(
                days=days, start_time=f"{n % 24:02}:{n % 60:02}", end_time=f"{n // 60 % 24:02}:{n // 7 % 60:02}"
            )


def seconds(act: Callable[[], object]) -> float:
    """The median time of one call."""
    return median(_timed(act) for _ in range(ROUNDS))


def first_of_a_day(asked: Plan) -> float:
    """The median over days nobody asked about before."""
    days = [START + timedelta(days=100 + n) for n in range(ROUNDS)]
    return median(_timed(partial(what_is_on, asked, day)) for day in days)


def seconds_of_a_day() -> list[datetime]:
    return [START + timedelta(hours=8, seconds=n) for n in range(DECISIONS)]


def anywhere() -> list[datetime]:
    rng = random.Random(7)
    return [START + timedelta(seconds=rng.uniform(0, 7 * 86_400)) for _ in range(DECISIONS)]


def per_decision(asked: Plan, instants: list[datetime]) -> float:
    for at in instants:
        what_is_on(asked, at)
    return seconds(lambda: [what_is_on(asked, at) for at in instants]) / DECISIONS


def with_reasons(asked: Plan) -> float:
    return seconds(lambda: what_is_on(asked, START).why)


def explain_seconds(made: Manifest) -> float:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "manifest.json")
        file.write_bytes(encode(made))
        command = [
            sys.executable,
            "-m",
            "edge.cli.main",
            "explain",
            "--manifest",
            str(file),
            "--at",
            "2026-03-28T09:00:00Z",
        ]
        root = Path(__file__).resolve().parents[1]
        return seconds(lambda: subprocess.run(command, cwd=root, check=True, stdout=subprocess.DEVNULL))


def _timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
