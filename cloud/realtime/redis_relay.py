"""The relay between processes: one Redis channel. Redis keeps nothing of it, so who was away looks for itself."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit
from uuid import uuid4

import msgspec
import redis
import redis.asyncio
from redis.exceptions import RedisError

from cloud.background import end, in_background
from cloud.db.unit import Told
from cloud.realtime.relay import LocalRelay
from vizora.errors import OperatorError

log = logging.getLogger("vizora.cloud")
MOST_WAITING = 10_000
"""Messages kept while Redis is away; the oldest give way."""
AT_ONCE = 200
LISTEN_S = 5.0
PAUSE_S = 0.5


class Envelope(msgspec.Struct, frozen=True):
    sender: str
    told: Told


def check(url: str) -> None:
    """Raises OperatorError when no Redis answers at `url`."""
    client = redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5)
    try:
        client.ping()
    except (RedisError, OSError, ValueError) as fault:
        raise OperatorError(
            f"REDIS_URL: the server can't be used ({fault}): is it running, is the address right?"
        ) from (fault)
    finally:
        client.close()


def check_writing(url: str) -> None:
    """Raises OperatorError when Redis does not answer, or takes nothing: full (`noeviction`), or a replica."""
    client = redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5)
    try:
        client.set("vizora:ready", "1", ex=60)
    except (RedisError, OSError, ValueError) as fault:
        raise OperatorError(f"REDIS_URL: the server takes nothing ({fault})") from fault
    finally:
        client.close()


class RedisRelay(LocalRelay):
    alone = False

    def __init__(self, url: str) -> None:
        super().__init__()
        self._id = str(uuid4())
        self._channel = f"vizora:{urlsplit(url).path.strip('/') or 0}:told"
        self._client = redis.asyncio.Redis.from_url(
            url, socket_connect_timeout=5, socket_keepalive=True, health_check_interval=10
        )
        self._outgoing: deque[bytes] = deque(maxlen=MOST_WAITING)
        self._news = asyncio.Event()
        self.subscribed = asyncio.Event()
        """Whether this process hears the others now."""

    def send(self, told: Told) -> None:
        super().send(told)
        if told != Told():
            self._outgoing.append(msgspec.json.encode(Envelope(self._id, told)))
            self._news.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        listening = asyncio.create_task(self._listen_forever())
        try:
            async with in_background(self._publish, "telling the other processes", pause_s=PAUSE_S):
                yield
        finally:
            await end(listening)
            await self._client.aclose()

    async def _publish(self) -> None:
        """Takes messages off only when Redis has them."""
        await self._news.wait()
        self._news.clear()
        while self._outgoing:
            batch = [self._outgoing[n] for n in range(min(AT_ONCE, len(self._outgoing)))]
            try:
                async with self._client.pipeline(transaction=False) as pipeline:
                    for message in batch:
                        pipeline.publish(self._channel, message)
                    await pipeline.execute()
            except (RedisError, OSError) as fault:
                self._news.set()
                log.warning("Redis does not answer (%s): other processes will be told when it does", fault)
                await asyncio.sleep(PAUSE_S)
                return
            for message in batch:
                if self._outgoing and self._outgoing[0] is message:
                    self._outgoing.popleft()

    async def _listen_forever(self) -> None:
        first = True
        while True:
            try:
                await self._listen(first=first)
            except (RedisError, OSError) as fault:
                if self.subscribed.is_set():
                    log.warning("Redis was lost (%s): asking it again", fault)
                first = False
            except Exception:
                log.exception("listening to the other processes: going on")
            self.subscribed.clear()
            await asyncio.sleep(PAUSE_S)

    async def _listen(self, *, first: bool) -> None:
        async with self._client.pubsub() as pubsub:
            await pubsub.subscribe(self._channel)
            while True:
                message = await pubsub.get_message(timeout=LISTEN_S)
                if message is None:
                    continue
                if message["type"] == "subscribe":
                    self.subscribed.set()
                    if not first:
                        LocalRelay.send(self, Told(missed=True))
                elif message["type"] == "message":
                    self._take(message["data"])

    def _take(self, data: bytes) -> None:
        try:
            envelope = msgspec.json.decode(data, type=Envelope)
        except msgspec.MsgspecError:
            log.warning("another process says what this one does not understand: is it of another version?")
            return
        if envelope.sender != self._id:
            LocalRelay.send(self, envelope.told)
