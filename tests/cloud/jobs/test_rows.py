"""What a job's row promises: the same tests on SQLite and on PostgreSQL."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import false, func, select, update

from cloud.db import tables
from cloud.db.database import Database, open_postgres, open_sqlite
from cloud.db.unit import Unit
from cloud.jobs import rows
from cloud.jobs.job import Job, Kind
from tests.fakes.clock import FakeClock
from vizora.identifiers import OrganizationId

ORGANIZATION = OrganizationId("00000000-0000-4000-8000-000000000001")
HERE, THERE = "worker-here", "worker-there"
CHECK = "check"


@dataclass
class Book:
    """The table of jobs, and time that only the test moves."""

    database: Database
    clock: FakeClock = field(default_factory=FakeClock)

    def do(self, work: Callable[..., Any], *given: Any, **more: Any) -> Any:
        with self.database.write() as connection:
            return work(Unit(connection, self.clock.now(), ORGANIZATION), *given, **more)

    def add(self, *subjects: str, kind: str = CHECK) -> None:
        for subject in subjects:
            self.do(rows.add, kind, subject)

    def claim(self, worker: str = HERE, *kinds: str) -> Job | None:
        found: Job | None = self.do(rows.claim, worker, kinds or (CHECK,))
        return found

    def taken(self, worker: str = HERE) -> Job:
        job = self.claim(worker)
        assert job is not None
        return job


@pytest.fixture(params=["sqlite", "postgres"])
def book(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Book]:
    database = (
        open_sqlite(tmp_path / "vizora.db")
        if request.param == "sqlite"
        else open_postgres(request.getfixturevalue("postgres_database"))
    )
    book = Book(database)
    book.do(make_organization)
    for worker in (HERE, THERE):
        book.do(rows.begin, worker, worker, alone=False)
    yield book
    database.close()


def make_organization(unit: Unit) -> None:
    id_ = unit.organization_id
    about = {"name": "O", "slug": id_, "screen_quota": 1, "storage_quota": 1, "created_at": unit.now}
    unit.connection.execute(
        tables.organizations.insert().values(id=id_, updated_at=unit.now, **about)
    )  # fmt: skip


def test_the_job_that_waited_longest_is_taken_first_and_by_one_only(book: Book) -> None:
    book.add("first")
    book.clock.pass_time(1)
    book.add("second")
    taken = [book.claim(worker) for worker in (HERE, THERE, HERE)]

    assert [job and job.subject for job in taken] == ["first", "second", None]
    assert taken[0] is not None
    assert (taken[0].attempt, taken[0].organization_id) == (1, ORGANIZATION)


def add_of(book: Book, number: int, *subjects: str) -> None:
    """Of another organization."""
    id_ = OrganizationId(f"00000000-0000-4000-8000-{number:012}")

    def work(unit: Unit) -> None:
        own = unit.within(id_)
        if unit.row(select(tables.organizations.c.id).where(tables.organizations.c.id == id_)) is None:
            make_organization(own)
        for subject in subjects:
            rows.add(own, CHECK, subject)

    book.do(work)


def test_the_many_jobs_of_one_organization_keep_those_of_others_waiting_for_one_only(book: Book) -> None:
    """Two are done at a time. Each of a hostile file takes half a minute, and a hundred are uploaded in one."""
    add_of(book, 2, *(f"of the hundred {number:03}" for number in range(100)))
    first, second = book.taken(), book.taken()
    book.clock.pass_time(1)
    add_of(book, 3, "of another")
    book.clock.pass_time(1)
    add_of(book, 4, "of a third")
    book.do(rows.done, first, HERE, None)
    third = book.taken()
    book.do(rows.done, third, HERE, None)
    fourth = book.taken()

    assert [third.subject, fourth.subject] == ["of another", "of a third"]
    assert all(job.subject.startswith("of the hundred") for job in (first, second, book.taken()))


def test_in_the_order_of_their_coming_they_would_wait_for_all_of_them(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = select(tables.jobs.c.organization_id, func.count().label("count")).where(false()).group_by(
        tables.jobs.c.organization_id
    ).subquery()  # fmt: skip
    monkeypatch.setattr(rows, "_being_done", lambda _: nothing)
    add_of(book, 2, *(f"of the hundred {number:03}" for number in range(100)))
    book.taken()
    book.clock.pass_time(1)
    add_of(book, 3, "of another")

    assert book.taken().subject != "of another"


def test_a_job_that_is_ordered_twice_is_done_once(book: Book) -> None:
    book.add("picture", "picture")

    assert book.claim() is not None
    assert book.claim() is None


def test_who_knows_a_kind_not_leaves_it_to_others(book: Book) -> None:
    book.add("x", kind="of a newer version")

    assert book.claim() is None
    assert book.claim(HERE, CHECK, "of a newer version") is not None


def test_what_a_dead_worker_had_begun_is_taken_up_by_a_living_one(book: Book) -> None:
    book.add("picture")
    book.taken(HERE)
    book.clock.pass_time(15)
    book.do(rows.seen, THERE, THERE)
    alive = book.claim(THERE)
    book.clock.pass_time(6)

    assert alive is None
    assert book.taken(THERE).attempt == 2


class TrustsTheDead:
    """The broken twin: what is taken stays taken."""

    @staticmethod
    def claim(unit: Unit, worker_id: str, kinds: Any) -> Job | None:
        free = select(tables.jobs.c.id).where(tables.jobs.c.taken_by.is_(None)).limit(1).scalar_subquery()
        found = unit.connection.execute(
            update(tables.jobs).where(tables.jobs.c.id == free).values(taken_by=worker_id).returning(tables.jobs)
        )
        row = found.mappings().first()
        return None if row is None else rows._job(dict(row))


def test_a_claim_that_trusts_the_dead_would_be_noticed(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "claim", TrustsTheDead.claim)
    with pytest.raises(AssertionError):
        test_what_a_dead_worker_had_begun_is_taken_up_by_a_living_one(book)


def test_of_two_that_did_the_same_job_the_one_who_still_has_it_counts(book: Book) -> None:
    book.add("picture")
    late = book.taken(HERE)
    book.clock.pass_time(30)
    book.do(rows.seen, THERE, THERE)
    again = book.taken(THERE)

    ended = [book.do(rows.done, job, worker, None) for job, worker in ((late, HERE), (again, THERE))]
    assert ended == [False, True]
    assert book.claim() is None


def test_a_worker_that_ends_puts_back_what_it_had_and_no_attempt_is_counted(book: Book) -> None:
    book.add("picture")
    book.taken(HERE)
    book.do(rows.end, HERE)

    assert book.taken(THERE).attempt == 1


def test_a_worker_that_was_forgotten_is_known_again_with_its_next_beat(book: Book) -> None:
    book.clock.pass_time(2 * 24 * 3600)
    book.do(rows.begin, "worker-new", "new", alone=False)
    book.do(rows.seen, HERE, HERE)
    book.add("picture")
    book.taken(HERE)

    assert book.claim("worker-new") is None


def test_what_is_written_on_a_worker_that_does_not_do_it_is_put_back_with_its_next_beat(book: Book) -> None:
    book.add("done by it", "lost by it")
    doing, _ = book.taken(HERE), book.taken(HERE)
    book.do(rows.keep_only, HERE, [doing.id])

    assert book.taken(THERE).subject != doing.subject
    assert book.claim(THERE) is None


def test_a_failed_attempt_comes_again_in_its_time(book: Book) -> None:
    book.add("letter")
    job = book.taken()
    book.do(rows.again, job, HERE, book.clock.now() + timedelta(seconds=30), "the server is away")
    early = book.claim()
    book.clock.pass_time(30)

    assert early is None
    assert book.taken().attempt == 2


def test_what_is_given_up_stays_to_be_seen_without_what_it_carried(book: Book) -> None:
    book.do(rows.add, CHECK, "letter", "sealed")
    book.do(rows.given_up, book.taken(), HERE, "nobody there")
    (row,) = book.do(lambda unit: unit.rows(select(tables.jobs)))

    assert book.claim() is None
    assert (row["payload"], row["fault"], row["given_up_at"]) == (None, "nobody there", book.clock.now())


def test_periodic_work_is_done_once_a_period_however_many_workers_plan_it(book: Book) -> None:
    for _ in range(2):
        book.do(rows.plan, [CHECK])
    done = list[str]()
    for _ in range(3 * 60):
        for worker in (HERE, THERE):
            book.do(rows.seen, worker, worker)
            if job := book.claim(worker):
                done.append(worker)
                book.do(rows.done, job, worker, timedelta(hours=1))
        book.clock.pass_time(60)

    assert len(done) == 3


def test_many_at_the_same_time_never_take_the_same_job(book: Book) -> None:
    book.add(*(f"picture {n}" for n in range(40)))

    def work(lane: int) -> list[str]:
        mine = []
        while job := book.claim((HERE, THERE)[lane % 2]):
            mine.append(job.subject)
        return mine

    with ThreadPoolExecutor(6) as threads:
        taken = Counter(subject for lane in threads.map(work, range(6)) for subject in lane)

    assert sorted(taken.values()) == [1] * 40


def test_how_it_stands_is_counted_by_kind(book: Book) -> None:
    async def never(*_: Any) -> Any:
        raise AssertionError

    kinds = [Kind(CHECK, never), Kind("letter", never), Kind("tidy", never, every=timedelta(hours=1))]
    book.do(rows.plan, ["tidy"])
    book.add("old")
    book.clock.pass_time(10)
    book.add("one", "another", kind="letter")
    given_up, failing = book.claim(HERE, "letter"), book.claim(HERE, "letter")
    book.do(rows.given_up, given_up, HERE, "nobody there")
    book.do(rows.again, failing, HERE, book.clock.now(), "the server is away")
    book.clock.pass_time(10)
    book.do(rows.seen, THERE, THERE)
    standing = book.do(rows.standing, kinds)

    assert standing.workers == 1
    assert standing.waiting == {CHECK: 1, "letter": 1}
    assert standing.oldest_s == {CHECK: 20.0, "letter": 10.0}
    assert standing.failing == {CHECK: 0, "letter": 1, "tidy": 0}
    assert standing.given_up == {CHECK: 0, "letter": 1}
