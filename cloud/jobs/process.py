"""`vizora cloud worker`: a process that does the jobs of a cloud whose servers (PostgreSQL, Redis) are its own."""

import asyncio
import signal
import sys
from contextlib import AsyncExitStack
from typing import TextIO

import uvloop

from cloud.app import ROOMS
from cloud.clock import SystemClock
from cloud.config import CloudConfig
from cloud.content.parts import ContentParts
from cloud.jobs.worker import Worker
from cloud.logs import set_up
from cloud.rooms import furnish, kinds_of
from cloud.services import Cloud
from vizora.errors import OperatorError
from vizora.structs import know_all

GRACE_S = 5.0
"""How long what is under way may go on after SIGTERM; then it is put back for another worker."""


def work(config: CloudConfig, out: TextIO) -> None:
    """Returns when the process was told to stop. Raises OperatorError when there is nothing for it to do."""
    if config.does_jobs:
        raise OperatorError(
            "`vizora cloud serve` does the jobs itself here, nothing else has to be started: a worker of its own needs "
            "POSTGRES_URL and REDIS_URL, the same ones as the server's"
        )
    set_up(sys.stderr, config.log_level)
    cloud = Cloud(config, SystemClock(), shared_folder=True)
    try:
        furnish(cloud, ROOMS)
        know_all()
        uvloop.run(_until_told(cloud, out))
    finally:
        cloud.close()


async def _until_told(cloud: Cloud, out: TextIO) -> None:
    told = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, told.set)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(cloud.relay.running())
        await stack.enter_async_context(cloud.part(ContentParts).checks.running())
        await stack.enter_async_context(Worker(cloud, kinds_of(cloud, ROOMS), alone=False, grace_s=GRACE_S).running())
        print("vizora cloud: a worker is at work", file=out, flush=True)
        await told.wait()
