"""How fast plays are taken and dashboards answered on the embedded size: `python -m bench.analytics [--json]`.

A million plays of 200 screens with a dozen things each, in one SQLite file. Taking is measured through the code that
handlers use, in reports of 100; the rest is put in as the migration counts it, which is quicker.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from bench.figures import Figure, tell
from cloud.analytics.calendar import step_s
from cloud.analytics.queries import HOUR_S, Key
from cloud.analytics.question import Question
from cloud.analytics.recording import count_in_hours, record
from cloud.analytics.table_queries import TableQueries
from cloud.db import tables
from cloud.db.database import Database, open_sqlite
from cloud.db.ids import new_id
from cloud.db.unit import Unit
from vizora.identifiers import OrganizationId
from vizora.schedule.zones import zone

START = datetime(2026, 11, 1, tzinfo=UTC)
SCREENS, TAKEN, REPORT, ROUNDS = 200, 20_000, 100, 5
ORGANIZATION = OrganizationId(new_id())
MONTH = (START, START + timedelta(days=30))
INDIA, NEPAL = zone("Asia/Kolkata"), zone("Asia/Kathmandu")
"""Half past and quarter to the hour of UTC."""


def main(arguments: Sequence[str] = ()) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.analytics", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--plays", type=int, default=1_000_000, help="how many (default: %(default)s)")
    asked = parser.parse_args(arguments)
    return tell("analytics", figures(asked.plays), as_json=asked.json)


def figures(plays: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="vizora-bench-") as folder:
        database = open_sqlite(Path(folder) / "vizora.db")
        with database.write() as connection:
            about = {"name": "Bench", "slug": "bench", "screen_quota": 1, "storage_quota": 1, "revision": 1}
            connection.execute(
                insert(tables.organizations).values(id=ORGANIZATION, created_at=START, updated_at=START, **about)
            )
        yield Figure("a play taken, in reports of 100", take(database), "us CPU")
        fill(database, plays - TAKEN)
        for name, ask in QUESTIONS.items():
            yield Figure(f"{name}, of {plays} plays, warm", best(database, ask) * 1000, "ms", 150.0)
        database.close()


def take(database: Database) -> float:
    reports = [[play(0, n) for n in range(start, start + REPORT)] for start in range(0, TAKEN, REPORT)]
    before = time.process_time()
    for report in reports:
        with database.write() as connection:
            record(Unit(connection, START, ORGANIZATION), report, outbox=False)
    return (time.process_time() - before) / TAKEN * 1e6


def fill(database: Database, plays: int) -> None:
    each = plays // SCREENS
    for screen in range(1, SCREENS + 1):
        rows = [play(screen, n) for n in range(each)]
        with database.write() as connection:
            unit = Unit(connection, START, ORGANIZATION)
            unit.insert_many(tables.plays, rows)
            for start in range(0, each, 1000):
                count_in_hours(unit, rows[start : start + 1000])


def play(screen: int, n: int) -> dict[str, Any]:
    at = START + timedelta(seconds=10 * n)
    return {
        "device_id": f"{screen:036}",
        "boot_id": "b",
        "n": n,
        "item_id": "i",
        "content_id": f"{(screen + n % 12) % 100:036}",
        "playlist_id": f"{screen % 10:036}",
        "schedule_id": None,
        "started_at": at,
        "duration_ms": 10_000,
        "completed": True,
        "clock": "trusted",
        "received_at": at,
    }


def best(database: Database, ask: Callable[[TableQueries, Question], object]) -> float:
    question = Question(ORGANIZATION, *MONTH, {})
    times = []
    for _ in range(ROUNDS):
        with database.read() as connection:
            queries = TableQueries(Unit(connection, START, ORGANIZATION))
            before = time.perf_counter()
            ask(queries, question)
            times.append(time.perf_counter() - before)
    return min(times)


QUESTIONS: dict[str, Callable[[TableQueries, Question], object]] = {
    "plays by content": lambda queries, question: queries.by(Key.CONTENT, question),
    "plays by screen": lambda queries, question: queries.by(Key.DEVICE, question),
    "plays by hour": lambda queries, question: queries.buckets(question, HOUR_S),
    "plays by day in India": lambda queries, question: queries.buckets(question, step_s(INDIA, *MONTH)),
    "plays by hour in Nepal": lambda queries, question: queries.buckets(question, step_s(NEPAL, *MONTH)),
    "all plays": lambda queries, question: queries.total(question),
    "a page of the proof": lambda queries, question: queries.proof(question, None, 2000),
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
