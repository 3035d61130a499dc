"""The broken twin of `cloud`: the end of one line forgets all lines of its screen, and of some screens it never ends a
silent one."""

import sys

from cloud.realtime import redis_presence, sweeping
from cloud.services import Cloud
from tests.soak.hasty import main

FORGETS_ALL = "redis.call('ZREM', KEYS[1], ARGV[3])", "redis.call('DEL', KEYS[1])"


def sweep_half(cloud: Cloud, due: float) -> None:
    for device_id, line_id in cloud.presence.silent():
        if device_id[0] in "01234567":
            cloud.hub.close_silent(device_id, line_id)


if __name__ == "__main__":
    assert FORGETS_ALL[0] in redis_presence.GONE
    redis_presence.GONE = redis_presence.GONE.replace(*FORGETS_ALL)
    sweeping.sweep = sweep_half
    sys.exit(main())
