"""Ids: UUID strings (CONTRACT section 1). None is a secret."""

import secrets
from datetime import datetime
from random import getrandbits
from uuid import UUID, uuid4

from vizora.schedule.instants import MILLISECOND, micros

_VERSION, _VARIANT = 7 << 76, 0b10 << 62


def new_id() -> str:
    """Of version 4: nothing but random."""
    return str(uuid4())


def passing_id() -> str:
    """As `new_id`, for what no row keeps and thousands need at once: it asks the kernel for nothing."""
    digits = f"{getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def growing_id(at: datetime) -> str:
    """Of version 7 (RFC 9562 section 5.7): greater than each of an earlier millisecond.

    So of two schedules as strong as each other the older one wins, and a draft loses as it will when saved (ADR 48).
    """
    milliseconds = micros(at) // MILLISECOND
    return str(UUID(int=milliseconds << 80 | _VERSION | secrets.randbits(12) << 64 | _VARIANT | secrets.randbits(62)))
