"""Rates that several processes share: the same leaky bucket as one number a caller, kept in Redis.

One script a call, so no two calls see the same number. The instants are Redis' own, in whole microseconds.
"""

from collections.abc import Callable

import redis.asyncio
from redis.exceptions import RedisError

from cloud.breather import Breather
from cloud.limits.rates import MemoryRates, Rate

TIMEOUT_S = 0.5
TAKE = """
local now = tonumber(ARGV[1])
if not now then local t = redis.call('TIME'); now = t[1] * 1000000 + t[2] end
local step, burst = tonumber(ARGV[2]), tonumber(ARGV[3])
local due = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now) + step
local early = due - burst * step - now
if early > 0 then return early end
redis.call('SET', KEYS[1], string.format('%d', due), 'PX', math.ceil((due - now) / 1000) + 60000)
return 0
"""
"""GCRA. ARGV: now, or '' for Redis' own; microseconds a call; burst. The microseconds to wait, 0 when it was taken."""


class RedisRates:
    """While Redis is away each process counts by itself.

    `timeout_s`: how long Redis may take. `now_us` is for tests alone: the instant instead of Redis' own.
    """

    def __init__(
        self,
        url: str,
        monotonic: Callable[[], float],
        *,
        timeout_s: float = TIMEOUT_S,
        now_us: Callable[[], int] | None = None,
    ) -> None:
        self._own = MemoryRates()
        self._breather = Breather(monotonic, "each process counts calls by itself until it does")
        self._now_us = now_us
        self._client = redis.asyncio.Redis.from_url(url, socket_timeout=timeout_s, socket_connect_timeout=timeout_s)
        self._take = self._client.register_script(TAKE)

    async def wait(self, key: str, rate: Rate, at: float) -> float:
        if self._breather.is_on:
            return await self._own.wait(key, rate, at)
        now = "" if self._now_us is None else self._now_us()
        try:
            wait = await self._take(keys=[f"vizora:rate:{key}"], args=[now, round(1e6 / rate.per_second), rate.burst])
        except (RedisError, OSError) as fault:
            self._breather.begin(fault)
            return await self._own.wait(key, rate, at)
        return int(wait) / 1e6

    async def close(self) -> None:
        await self._client.aclose()
