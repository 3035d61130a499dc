"""What msgspec has to know of each Struct, found out before threads ask for it.

It finds that out when a type is first decoded. Two threads that are the first ones together crash the whole process
(msgspec 0.22, a read of address 0: `tests/vizora/test_structs.py` shows it), and a server that has just started under
load is where that happens.
"""

from collections.abc import Iterator

import msgspec


def know_all() -> int:
    """Of every Struct that is imported by now; how many. Call it while there is one thread."""
    known = 0
    for kind in _kinds(msgspec.Struct):
        try:
            msgspec.json.Decoder(kind)
        except (NameError, TypeError):  # names something that is there for the type checker alone: never decoded
            continue
        known += 1
    return known


def _kinds(of: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    for kind in of.__subclasses__():
        yield kind
        yield from _kinds(kind)
