"""One suite for both that answer: the database's own tables, and ClickHouse by its ordinary client."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from cloud.analytics.clickhouse import ClickHouse
from cloud.analytics.queries import HOUR_S, NONE, QUARTER_S, Count, Key, Place, PlayQueries
from cloud.analytics.question import HOUR, Question
from cloud.analytics.recording import record
from cloud.analytics.table_queries import TableQueries
from cloud.db.ids import new_id
from cloud.db.unit import Row, Unit
from tests.cloud.analytics.plays import AT, play_row
from tests.cloud.house import House
from vizora.identifiers import OrganizationId


@dataclass(slots=True)
class Bench:
    """Plays go in, questions are answered."""

    house: House
    organization_id: OrganizationId
    sink: ClickHouse | None

    def take(self, *plays: Row) -> None:
        self.house.do(self.organization_id, lambda unit: record(unit, plays, outbox=False))
        if self.sink is not None:
            self.sink.take([{**play, "organization_id": self.organization_id} for play in plays])

    def ask(self, work: Callable[[PlayQueries], Any]) -> Any:
        def asked(unit: Unit) -> Any:
            return work(TableQueries(unit) if self.sink is None else self.sink)

        return self.house.do(self.organization_id, asked)

    def question(
        self,
        start: datetime = AT - HOUR,
        end: datetime = AT + 48 * HOUR,
        only: Mapping[str, tuple[str, ...]] | None = None,
    ) -> Question:
        return Question(self.organization_id, start, end, only or {})


@pytest.fixture(params=["tables", "clickhouse"])
def bench(request: pytest.FixtureRequest, house: House) -> Bench:
    sink = ClickHouse(request.getfixturevalue("clickhouse_url")) if request.param == "clickhouse" else None
    return Bench(house, OrganizationId(house.register().organization_id), sink)


def plays_of(counts: Mapping[Any, Count]) -> dict[Any, int]:
    return {key: count.plays for key, count in counts.items()}


def at(minutes: float) -> datetime:
    return AT + timedelta(minutes=minutes)


def test_plays_are_counted_by_what_they_belong_to(bench: Bench) -> None:
    bench.take(
        play_row(0, content_id="a", schedule_id="s", duration_ms=5),
        play_row(1, content_id="a", completed=False, started_at=at(90), duration_ms=7),
        play_row(2, content_id="b", device_id="e", schedule_id="s", playlist_id="q"),
    )
    question = bench.question()

    assert bench.ask(lambda of: of.by(Key.CONTENT, question)) == {
        "a": Count(2, 1, 12, at(90)),
        "b": Count(1, 1, 1000, AT),
    }
    assert bench.ask(lambda of: of.by(Key.SCHEDULE, question)) == {
        "s": Count(2, 2, 1005, AT),
        None: Count(1, 0, 7, at(90)),
    }
    assert plays_of(bench.ask(lambda of: of.by(Key.DEVICE, question))) == {
        "d": 2,
        "e": 1,
    }
    assert plays_of(bench.ask(lambda of: of.by(Key.PLAYLIST, question))) == {
        "p": 2,
        "q": 1,
    }
    assert bench.ask(lambda of: of.total(question)) == Count(3, 2, 1012, at(90))


def test_a_play_that_comes_again_in_any_batch_is_counted_once(bench: Bench) -> None:
    plays = [play_row(n, started_at=at(n), content_id=f"c{n % 3}", duration_ms=n) for n in range(60)]
    dice = Random(3)
    for _ in range(12):
        bench.take(*dice.sample(plays, dice.randint(1, 40)))
    bench.take(*plays[:30])
    bench.take(*plays[20:])

    counts = bench.ask(lambda of: of.by(Key.CONTENT, bench.question()))
    assert {key: (count.plays, count.duration_ms) for key, count in counts.items()} == {
        f"c{rest}": (20, sum(range(rest, 60, 3))) for rest in range(3)
    }
    assert bench.ask(lambda of: of.total(bench.question())).plays == 60
    assert len(bench.ask(lambda of: of.proof(bench.question(), None, 100))) == 60


def test_hours_and_quarters_of_utc(bench: Bench) -> None:
    minutes = (0, 14.9, 15, 59.9, 60, 200)
    bench.take(*[play_row(n, started_at=at(minute), duration_ms=1) for n, minute in enumerate(minutes)])
    question = bench.question()

    hours = bench.ask(lambda of: of.buckets(question, HOUR_S))
    quarters = bench.ask(lambda of: of.buckets(question, QUARTER_S))

    assert plays_of(hours) == {AT: 4, at(60): 1, at(180): 1}
    assert plays_of(quarters) == {
        AT: 2,
        at(15): 1,
        at(45): 1,
        at(60): 1,
        at(195): 1,
    }


@pytest.mark.parametrize(
    ("start", "end"),
    [(0, 240), (10, 230), (10, 50), (0, 60), (30, 90), (60, 70), (59, 61), (125, 125.5)],
)
def test_a_stretch_that_begins_and_ends_anywhere_is_counted_to_the_play(bench: Bench, start: float, end: float) -> None:
    bench.take(*[play_row(n, started_at=at(n), duration_ms=1) for n in range(240)])
    question = bench.question(at(start), at(end))
    inside = [n for n in range(240) if start <= n < end]

    hours = bench.ask(lambda of: of.buckets(question, HOUR_S))

    assert bench.ask(lambda of: of.total(question)).plays == len(inside)
    assert sum(count.plays for count in bench.ask(lambda of: of.by(Key.CONTENT, question)).values()) == len(inside)
    assert plays_of(hours) == {
        at(60 * hour): len([n for n in inside if n // 60 == hour]) for hour in {n // 60 for n in inside}
    }
    assert [row["n"] for row in bench.ask(lambda of: of.proof(question, None, 500))] == inside


def test_a_question_may_be_narrowed(bench: Bench) -> None:
    bench.take(*[play_row(n, content_id=f"c{n % 2}", device_id=f"d{n % 3}", started_at=at(n * 20)) for n in range(12)])

    def total(**only: tuple[str, ...]) -> int:
        return int(bench.ask(lambda of: of.total(bench.question(only=only))).plays)

    assert total(content_id=("c0",)) == 6
    assert total(content_id=("c0",), device_id=("d0", "d1")) == 4
    assert total(device_id=()) == 0
    assert total(content_id=("it's \\ odd",)) == 0


def test_the_proof_is_read_in_pages_without_a_gap(bench: Bench) -> None:
    plays = [play_row(n, device_id=f"d{n % 2}", started_at=at(n // 4), completed=n % 2 == 0) for n in range(23)]
    plays[3]["schedule_id"] = "s"
    bench.take(*plays)

    seen: list[Row] = []
    place: Place | None = None
    while page := bench.ask(lambda of: of.proof(bench.question(), place, 5)):  # noqa: B023
        seen += page
        place = (page[-1]["started_at"], page[-1]["device_id"], page[-1]["boot_id"], page[-1]["n"])

    def name(play: Row) -> Any:
        return (play["started_at"], play["device_id"], play["n"])

    assert [name(play) for play in seen] == sorted(map(name, plays))
    assert {play["n"]: dict(play) for play in seen}[3] == plays[3]


def test_what_others_played_is_not_counted(bench: Bench) -> None:
    bench.take(play_row(0, device_id=new_id()))
    bench.organization_id = OrganizationId(bench.house.register("Other").organization_id)

    assert bench.ask(lambda of: of.total(bench.question())) == NONE
    assert bench.ask(lambda of: of.by(Key.CONTENT, bench.question())) == {}
    assert bench.ask(lambda of: of.buckets(bench.question(), HOUR_S)) == {}
    assert list(bench.ask(lambda of: of.proof(bench.question(), None, 5))) == []


def test_a_screen_with_a_mad_clock_spoils_nothing(bench: Bench) -> None:
    mad = [play_row(n, started_at=datetime(year, 1, 1, tzinfo=UTC)) for n, year in enumerate((1, 1901, 1970, 9999))]
    bench.take(*mad, play_row(9))

    assert bench.ask(lambda of: of.total(bench.question())).plays == 1
