"""Doing the jobs: takes what is due, one after the other in several lanes, and writes down how each ended."""

import asyncio
import logging
import os
import socket
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from functools import partial

from sqlalchemy.exc import DBAPIError

from cloud import request_ids
from cloud.background import in_background
from cloud.db.ids import new_id
from cloud.db.unit import Unit
from cloud.jobs import rows
from cloud.jobs.job import Hopeless, Job, Kind, Outcome
from cloud.services import Cloud

LANES = 4
log = logging.getLogger("vizora.cloud")


class Worker:
    """`alone`: no other process can have the same database. `grace_s`: how long what is under way may take when this
    worker has to end; then it is put back."""

    def __init__(self, cloud: Cloud, kinds: Iterable[Kind], *, alone: bool, grace_s: float = 0.0) -> None:
        self.id = new_id()
        self._cloud = cloud
        self._kinds = {kind.name: kind for kind in kinds}
        self._alone = alone
        self._grace_s = grace_s
        self._name = f"{socket.gethostname()[:150]} {os.getpid()}"
        self._choosing = asyncio.Lock()
        self._doing: dict[str, Job] = {}
        self._turns: set[asyncio.Task[None]] = set()
        self._ending = False

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        await self._cloud.write(self._begin)

        def look() -> None:
            asyncio.run_coroutine_threadsafe(self.turn(), loop).result()

        consumer = self._cloud.queue.consume(look, threads=LANES, every_s=self._cloud.config.look_s)
        try:
            async with in_background(self._beat, "saying that this worker lives"):
                yield
        finally:
            await self._drain()
            await self._cloud.in_thread(consumer.stop)
            try:
                await self._cloud.write(partial(rows.end, worker_id=self.id))
            except DBAPIError as fault:
                log.warning("the database does not answer (%s): others find out by themselves", fault.orig)

    async def turn(self) -> None:
        """Does what is due until nothing is left that it may do now.

        Before it begins something it tells the others to look: one word may have been for many jobs.
        """
        turn = asyncio.current_task()
        assert turn is not None
        self._turns.add(turn)
        try:
            while not self._ending and (job := await self._claim()):
                await self._cloud.in_thread(self._cloud.queue.hint)
                await self._do(job)
        except Exception:
            log.exception("looking for jobs: going on at the next look")
        finally:
            self._turns.discard(turn)

    def _begin(self, unit: Unit) -> None:
        rows.begin(unit, self.id, self._name, alone=self._alone)
        rows.plan(unit, [kind.name for kind in self._kinds.values() if kind.every is not None])

    async def _beat(self) -> None:
        await asyncio.sleep(rows.BEAT_S)
        async with self._choosing:  # or a job that is being claimed would look as if nobody did it
            await self._cloud.write(self._tell)

    def _tell(self, unit: Unit) -> None:
        if not self._alone:
            rows.seen(unit, self.id, self._name)
        rows.keep_only(unit, self.id, list(self._doing))

    async def _drain(self) -> None:
        self._ending = True
        if self._turns:
            await asyncio.wait(self._turns, timeout=self._grace_s)
        for turn in self._turns:
            turn.cancel()
        if self._turns:
            await asyncio.wait(self._turns)

    async def _claim(self) -> Job | None:
        async with self._choosing:
            busy = Counter(job.kind for job in self._doing.values())
            free = [kind.name for kind in self._kinds.values() if busy[kind.name] < kind.at_once]
            job = await self._cloud.write(lambda unit: rows.claim(unit, self.id, free)) if free else None
            if job is not None:
                self._doing[job.id] = job
            return job

    async def _do(self, job: Job) -> None:
        kind = self._kinds[job.kind]
        asked = request_ids.current.set(job.request_id)
        try:
            if kind.every is None and job.attempt > kind.attempts:
                raise Hopeless("each worker that began it died of it")
            outcome = await kind.run(self._cloud, job)
            await self._cloud.write(partial(self._end, job, outcome), job.organization_id)
        except Exception as fault:  # noqa: BLE001 - it is written down, whatever it is
            if not self._ending:
                await self._failed(kind, job, fault)
        finally:
            request_ids.current.reset(asked)
            del self._doing[job.id]

    def _end(self, job: Job, outcome: Outcome, unit: Unit) -> None:
        if rows.done(unit, job, self.id, self._kinds[job.kind].every):
            outcome(unit)

    async def _failed(self, kind: Kind, job: Job, fault: Exception) -> None:
        last = kind.every is None and (isinstance(fault, Hopeless) or job.attempt >= kind.attempts)
        sentence = f"{type(fault).__name__}: {fault}"[:500]
        log.log(
            logging.ERROR if last else logging.WARNING, "job %s %s: attempt %d failed (%s)%s", kind.name, job.subject,
            job.attempt, sentence, ", and it is given up" if last else "", exc_info=fault if job.attempt == 1 else None,
        )  # fmt: skip

        def note(unit: Unit) -> None:
            if not last:
                rows.again(unit, job, self.id, unit.now + kind.pause(job.attempt), sentence)
            elif rows.given_up(unit, job, self.id, sentence):
                kind.give_up(unit, job)

        await self._cloud.write(note, job.organization_id)
