"""What a worker promises, on the embedded size and on real servers."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from cloud import request_ids
from cloud.config import CloudConfig
from cloud.db import tables
from cloud.db.unit import Row, Unit
from cloud.jobs import rows
from cloud.jobs.job import Hopeless, Job, Kind, Outcome, nothing
from cloud.jobs.worker import Worker
from cloud.services import Cloud
from tests.cloud.jobs.test_rows import ORGANIZATION, make_organization
from tests.fakes.clock import FakeClock

PATIENCE_S = 60.0


@dataclass
class Shop:
    """A cloud whose only room is the test's."""

    cloud: Cloud
    clock: FakeClock
    ran: list[str] = field(default_factory=list)

    async def add(self, *subjects: str, kind: str = "work") -> None:
        def work(unit: Unit) -> None:
            for subject in subjects:
                rows.add(unit, kind, subject)

        await self.cloud.write(work, ORGANIZATION)

    async def jobs(self) -> list[Row]:
        return await self.cloud.read(lambda unit: unit.rows(select(tables.jobs)))

    async def until_gone(self) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while await self.jobs():
                pass

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not condition():
                await asyncio.sleep(0)

    def worker(self, *kinds: Kind, **more: Any) -> Worker:
        return Worker(self.cloud, kinds or (Kind("work", self.run),), alone=False, **more)

    async def run(self, _: Cloud, job: Job) -> Outcome:
        self.ran.append(job.subject)
        return nothing


@pytest.fixture
def live(config: CloudConfig, clock: FakeClock) -> Callable[[Callable[[Shop], Awaitable[None]]], None]:
    """Runs a test's story on a loop of its own."""

    def run(story: Callable[[Shop], Awaitable[None]], **changes: Any) -> None:
        async def act() -> None:
            shop = Shop(Cloud(replace(config, **changes), clock), clock)
            await shop.cloud.write(make_organization, ORGANIZATION)
            try:
                await story(shop)
            finally:
                await shop.cloud.rates.close()
                shop.cloud.close()

        asyncio.run(act())

    return run


Live = Callable[..., None]


def test_a_job_is_done_as_soon_as_it_is_committed(live: Live) -> None:
    async def story(shop: Shop) -> None:
        async with shop.worker().running():
            await shop.add("one", "another")
            await shop.until_gone()

        assert sorted(shop.ran) == ["another", "one"]

    live(story)


def test_a_job_is_done_in_the_name_of_the_request_that_brought_it_about(live: Live) -> None:
    async def story(shop: Shop) -> None:
        done: list[tuple[str, str, str]] = []

        async def run(_: Cloud, job: Job) -> Outcome:
            in_thread = await shop.cloud.in_thread(request_ids.current.get)
            done.append((job.subject, request_ids.current.get(), in_thread))
            return nothing

        request_ids.current.set("of-the-proxy-1")
        await shop.add("asked for")
        without_context = await asyncio.get_running_loop().run_in_executor(None, request_ids.current.get)
        request_ids.current.set("")
        await shop.add("periodic")
        async with shop.worker(Kind("work", run)).running():
            await shop.until_gone()

        assert sorted(done) == [("asked for", "of-the-proxy-1", "of-the-proxy-1"), ("periodic", "", "")]
        assert without_context == "", "the broken twin: a thread that is not given the context knows of no request"

    live(story)


def test_what_fails_in_its_transaction_is_no_job(live: Live) -> None:
    async def story(shop: Shop) -> None:
        def work(unit: Unit) -> None:
            rows.add(unit, "work", "never")
            raise ValueError

        async with shop.worker().running():
            with pytest.raises(ValueError):
                await shop.cloud.write(work, ORGANIZATION)
            await shop.add("real")
            await shop.until_gone()

        assert shop.ran == ["real"]

    live(story)


def test_a_message_that_is_lost_costs_the_time_until_the_next_look(live: Live) -> None:
    async def story(shop: Shop) -> None:
        shop.cloud.queue.hint = lambda: None  # type: ignore[method-assign]
        async with shop.worker().running():
            await shop.add("one")
            await shop.until_gone()

    live(story, look_s=1.0)


def test_of_two_workers_one_does_each_job(live: Live) -> None:
    async def story(shop: Shop) -> None:
        async with shop.worker().running(), shop.worker().running():
            await shop.add(*(f"job {n}" for n in range(30)))
            await shop.until_gone()

        assert sorted(shop.ran) == sorted(f"job {n}" for n in range(30))

    live(story)


def test_one_kind_is_never_done_more_often_at_once_than_it_may_be_and_holds_up_no_other(live: Live) -> None:
    async def story(shop: Shop) -> None:
        under_way, most, go = 0, 0, asyncio.Event()

        async def slowly(_: Cloud, __: Job) -> Outcome:
            nonlocal under_way, most
            under_way += 1
            most = max(most, under_way)
            await go.wait()
            under_way -= 1
            return nothing

        async with shop.worker(Kind("slow", slowly, at_once=2), Kind("work", shop.run)).running():
            await shop.add("first")
            await shop.until(lambda: shop.ran == ["first"])  # the looks of a start are over
            await shop.add(*"abcdef", kind="slow")
            await shop.until(lambda: under_way == 2)
            await shop.add("quick")
            await shop.until(lambda: shop.ran == ["first", "quick"])
            go.set()
            await shop.until_gone()

        assert most == 2

    live(story)


def attempts(shop: Shop, faults: Iterable[Exception]) -> Callable[[Cloud, Job], Awaitable[Outcome]]:
    """One fault after the other, and then it works."""
    coming = iter(faults)

    async def run(cloud: Cloud, job: Job) -> Outcome:
        await shop.run(cloud, job)
        if (fault := next(coming, None)) is not None:
            raise fault
        return nothing

    return run


async def look(worker: Worker) -> None:
    await asyncio.create_task(worker.turn())


def test_what_fails_is_tried_again_each_time_later(live: Live) -> None:
    async def story(shop: Shop) -> None:
        worker = shop.worker(Kind("work", attempts(shop, [OSError("away")] * 2)))
        await shop.add("one")
        seen = []
        for seconds in (0, 4, 1, 29, 1):
            shop.clock.pass_time(seconds)
            await look(worker)
            seen.append(len(shop.ran))

        assert seen == [1, 1, 2, 2, 3]
        assert await shop.jobs() == []

    live(story)


@pytest.mark.parametrize(("faults", "ran"), [([OSError("away")] * 9, 3), ([Hopeless("nobody there")], 1)])
def test_what_goes_on_failing_is_given_up_and_its_room_is_told(live: Live, faults: list[Exception], ran: int) -> None:
    async def story(shop: Shop) -> None:
        told = list[str]()
        kind = Kind("work", attempts(shop, faults), lambda _, job: told.append(job.subject), attempts=3)
        worker = shop.worker(kind)
        await shop.add("one")
        for _ in range(9):
            await look(worker)
            shop.clock.pass_time(3600)

        (job,) = await shop.jobs()
        assert (len(shop.ran), told, job["taken_by"]) == (ran, ["one"], None)
        assert job["given_up_at"] is not None

    live(story)


def test_a_job_that_each_worker_dies_of_is_given_up_without_being_begun_again(live: Live) -> None:
    async def story(shop: Shop) -> None:
        await shop.add("deadly")
        for number in range(3):
            await shop.cloud.write(lambda unit, n=number: rows.claim(unit, f"dead {n}", ["work"]))  # type: ignore[misc]
        await look(shop.worker(Kind("work", shop.run, attempts=3)))

        (job,) = await shop.jobs()
        assert (shop.ran, job["given_up_at"] is not None) == ([], True)
        assert "died" in job["fault"]

    live(story)


def test_periodic_work_goes_on_after_a_fault_and_is_never_given_up(live: Live) -> None:
    async def story(shop: Shop) -> None:
        worker = shop.worker(Kind("tidy", attempts(shop, [OSError("away")] * 20), every=timedelta(hours=1)))
        await shop.cloud.write(lambda unit: rows.plan(unit, ["tidy"]))
        for _ in range(30):
            await look(worker)
            shop.clock.pass_time(3600)

        (job,) = await shop.jobs()
        assert (len(shop.ran), job["fault"], job["attempts"]) == (30, None, 0)

    live(story)


def forever(shop: Shop) -> Callable[[Cloud, Job], Awaitable[Outcome]]:
    async def run(cloud: Cloud, job: Job) -> Outcome:
        await shop.run(cloud, job)
        await asyncio.Event().wait()
        return nothing

    return run


def test_a_worker_that_has_to_end_puts_back_what_takes_too_long(live: Live) -> None:
    async def story(shop: Shop) -> None:
        async with shop.worker(Kind("work", forever(shop))).running():
            await shop.add("long")
            await shop.until(lambda: shop.ran == ["long"])

        (job,) = await shop.jobs()
        assert (job["taken_by"], job["attempts"], job["fault"]) == (None, 0, None)

    live(story)


def test_a_worker_that_has_to_end_finishes_what_it_can_and_begins_nothing_new(live: Live) -> None:
    async def story(shop: Shop) -> None:
        go = asyncio.Event()

        async def slowly(cloud: Cloud, job: Job) -> Outcome:
            await shop.run(cloud, job)
            await go.wait()
            return nothing

        async with shop.worker(Kind("work", slowly), grace_s=PATIENCE_S).running():
            await shop.add("first")
            await shop.until(lambda: shop.ran == ["first"])
            await shop.add("second")
            asyncio.get_running_loop().call_later(0.2, go.set)

        assert [job["subject"] for job in await shop.jobs()] == ["second"]
        assert shop.ran == ["first"]

    live(story)


@pytest.mark.parametrize("fenced", [True, False])
def test_what_was_done_by_a_worker_that_was_thought_dead_is_written_once(
    live: Live, monkeypatch: pytest.MonkeyPatch, fenced: bool
) -> None:
    """The broken twin writes whatever it worked out, though the job is somebody else's by now."""

    async def story(shop: Shop) -> None:
        written = list[str]()
        go = {"late": asyncio.Event(), "living": asyncio.Event()}

        def of(name: str) -> Kind:
            async def run(_: Cloud, __: Job) -> Outcome:
                shop.ran.append(name)
                await go[name].wait()
                return lambda _: written.append(name)

            return Kind("work", run)

        await shop.add("picture")
        late, living = shop.worker(of("late")), shop.worker(of("living"))
        one = asyncio.create_task(late.turn())
        await shop.until(lambda: shop.ran == ["late"])
        await shop.cloud.write(lambda unit: rows.begin(unit, living.id, "living", alone=False))
        two = asyncio.create_task(living.turn())  # nobody has heard of the first one: it counts as dead
        await shop.until(lambda: shop.ran == ["late", "living"])
        for name, task in (("late", one), ("living", two)):
            go[name].set()
            await task

        assert (written == ["living"]) is fenced

    if not fenced:
        monkeypatch.setattr(rows, "done", lambda *_: True)
    live(story)
