"""Presence that several processes share: for each screen a sorted set of its connections' ids and last beats in Redis.

Ending a connection removes that one member, so it is compare-and-delete by its nature. All instants are Redis' own
(`TIME`), so the processes' clocks need not agree. Connecting and ending are told at once, beats once a second together.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import redis
import redis.asyncio
from redis.exceptions import RedisError

from cloud.background import in_background
from cloud.breather import Breather
from cloud.realtime.presence import UNKNOWN_S, LocalPresence, State
from cloud.realtime.turns import APART_S, Turns
from vizora.identifiers import DeviceId

FLUSH_S = 1.0
KEEP_MS = 120_000
"""How long Redis remembers a screen that says nothing: longer than absence is unknown."""
TIMEOUT_S = 1.0
"""For a question that somebody waits for; what is told beside may take twice as long."""
SINCE = "vizora:presence:since"

_NOW = """
local now = tonumber(ARGV[1])
if not now then local t = redis.call('TIME'); now = t[1] * 1000 + math.floor(t[2] / 1000) end
local fresh = '(' .. string.format('%d', now - tonumber(ARGV[2]))
"""
BEAT = (
    _NOW
    + """
redis.call('SET', KEYS[2], string.format('%d', now), 'NX')
local was = redis.call('ZCOUNT', KEYS[1], fresh, '+inf')
local turn, last = 0, redis.call('ZSCORE', KEYS[1], ARGV[3])
if last and now - tonumber(last) >= tonumber(ARGV[5]) then
  turn = redis.call('ZCOUNT', KEYS[1], '(' .. last, '+inf') > 0 and 4 or 2
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%d', now - tonumber(ARGV[2])))
redis.call('ZADD', KEYS[1], string.format('%d', now), ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return turn + (was == 0 and 1 or 0)
"""
)
GONE = (
    _NOW
    + """
local was = redis.call('ZCOUNT', KEYS[1], fresh, '+inf')
redis.call('ZREM', KEYS[1], ARGV[3])
redis.call('ZADD', KEYS[1], 0, 'ended')
redis.call('PEXPIRE', KEYS[1], ARGV[4])
local is = redis.call('ZCOUNT', KEYS[1], fresh, '+inf')
return (was > 0 and is == 0) and 1 or 0
"""
)
STATE = (
    _NOW
    + """
redis.call('SET', KEYS[2], string.format('%d', now), 'NX')
if redis.call('ZCOUNT', KEYS[1], fresh, '+inf') > 0 then return 'online' end
if redis.call('EXISTS', KEYS[1]) == 1 then return 'offline' end
local since = tonumber(redis.call('GET', KEYS[2]))
return now - since < tonumber(ARGV[3]) and 'unknown' or 'offline'
"""
)


class RedisPresence:
    """`timeout_s`: how long Redis may take. `now_ms` is for tests alone: the instant instead of Redis' own."""

    def __init__(
        self,
        url: str,
        monotonic: Callable[[], float],
        *,
        silence_s: float,
        timeout_s: float = TIMEOUT_S,
        now_ms: Callable[[], int] | None = None,
    ) -> None:
        self._own = LocalPresence(monotonic, silence_s=silence_s)
        self._silence_ms = int(silence_s * 1000)
        self._now_ms = now_ms
        self._turns = Turns()
        self._due: dict[tuple[DeviceId, str], None] = {}
        self._turn = asyncio.Lock()
        """A beat that is under way must not overtake the end of its connection."""
        self._breather = Breather(monotonic, "presence is this process's own until it does")
        self._client = redis.asyncio.Redis.from_url(
            url, socket_timeout=2 * timeout_s, socket_connect_timeout=2 * timeout_s
        )
        self._asking = redis.Redis.from_url(url, socket_timeout=timeout_s, socket_connect_timeout=timeout_s)
        self._beat, self._gone = self._client.register_script(BEAT), self._client.register_script(GONE)
        self._state = self._asking.register_script(STATE)

    def goes_on(self, device_id: DeviceId, line_id: str) -> bool:
        if not self._own.goes_on(device_id, line_id):
            return False
        self._due[device_id, line_id] = None
        return True

    async def beat(self, device_id: DeviceId, line_id: str) -> bool:
        if self.goes_on(device_id, line_id):
            return False
        was_offline = await self._own.beat(device_id, line_id)
        self._due[device_id, line_id] = None
        async with self._turn:
            try:
                told = await self._beat(keys=[_key(device_id), SINCE], args=self._beat_arguments(line_id))
            except (RedisError, OSError) as fault:
                self._breather.begin(fault)
                return was_offline
        return self._heard(device_id, line_id, told)

    async def gone(self, device_id: DeviceId, line_id: str) -> bool:
        went = await self._own.gone(device_id, line_id)
        self._due.pop((device_id, line_id), None)
        self._turns.ended(device_id, line_id)
        async with self._turn:
            try:
                told = await self._gone(keys=[_key(device_id)], args=self._arguments(line_id, KEEP_MS))
            except (RedisError, OSError) as fault:
                self._breather.begin(fault)  # Redis forgets the line by itself
                return went
        return bool(told)

    def state(self, device_id: DeviceId) -> State:
        if self._own.is_online(device_id):
            return State.ONLINE
        if self._breather.is_on:
            return State.UNKNOWN
        try:
            answer = self._state(keys=[_key(device_id), SINCE], args=self._arguments(int(UNKNOWN_S * 1000)))
        except (RedisError, OSError) as fault:
            self._breather.begin(fault)
            return State.UNKNOWN
        return State(answer.decode())

    def doubled(self) -> list[DeviceId]:
        """By what Redis knows of all lines, and while it is away by those of this process."""
        return list(dict.fromkeys((*self._turns.take(), *self._own.doubled())))

    def silent(self) -> list[tuple[DeviceId, str]]:
        return self._own.silent()

    def tell_all_again(self) -> None:
        """After Redis was away: what it knows of our connections may be gone."""
        self._due |= dict.fromkeys(self._own.lines())

    async def flush(self) -> None:
        """Tells Redis of the beats since the last time. What could not be told is told the next time."""
        if not self._due:
            return
        async with self._turn:
            due, self._due = self._due, {}
            try:
                async with self._client.pipeline(transaction=False) as pipeline:
                    for device_id, line_id in due:
                        await self._beat(
                            keys=[_key(device_id), SINCE], args=self._beat_arguments(line_id), client=pipeline
                        )
                    answers = await pipeline.execute()
            except (RedisError, OSError) as fault:
                self._breather.begin(fault)
                living = set(self._own.lines())
                self._due |= {line: None for line in due if line in living}
                return
        for (device_id, line_id), told in zip(due, answers, strict=True):
            self._heard(device_id, line_id, told)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async def turn() -> None:
            await asyncio.sleep(FLUSH_S)
            await self.flush()

        try:
            async with in_background(turn, "telling Redis who is online"):
                yield
        finally:
            await self._client.aclose()
            self._asking.close()

    def _heard(self, device_id: DeviceId, line_id: str, told: int) -> bool:
        """Takes BEAT's answer: 1 for news, and of two beats that lie apart 2, or 4 when another line spoke between."""
        if told >= 2 and self._own.knows(device_id, line_id):
            self._turns.note(device_id, line_id, interrupted=told >= 4)
        return told % 2 == 1

    def _beat_arguments(self, line_id: str) -> list[str | int]:
        return self._arguments(line_id, KEEP_MS, int(APART_S * 1000))

    def _arguments(self, *more: str | int) -> list[str | int]:
        return ["" if self._now_ms is None else self._now_ms(), self._silence_ms, *more]


def _key(device_id: DeviceId) -> str:
    return f"vizora:presence:{device_id}"
