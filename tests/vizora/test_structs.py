"""Many threads that decode a type for the first time together: safe once it is known, and a crash before."""

import signal
import subprocess
import sys

import msgspec

from vizora.structs import know_all

RACE = """
import sys, threading
import msgspec
from vizora.structs import know_all

class A(msgspec.Struct):
    x: int = 0
    y: "list[B] | None" = None

class B(msgspec.Struct):
    a: "dict[str, C] | None" = None

class C(msgspec.Struct, frozen=True):
    t: tuple[A, ...] = ()
    u: float | None = None

if sys.argv[1] == "known":
    assert know_all() >= 3
sys.setswitchinterval(1e-6)
together = threading.Barrier(16)

def decode():
    together.wait()
    for _ in range(3):
        msgspec.json.decode(b'{"x":1,"y":[{"a":{"k":{"t":[{"x":2}],"u":1.5}}}]}', type=A)

threads = [threading.Thread(target=decode) for _ in range(16)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


def raced(how: str) -> int:
    return subprocess.run([sys.executable, "-c", RACE, how], capture_output=True, check=False, timeout=120).returncode


def test_what_is_known_is_decoded_by_many_at_once() -> None:
    assert {raced("known") for _ in range(10)} == {0}


def test_what_is_not_known_yet_ends_a_process_now_and_then_or_not_at_all() -> None:
    """Which of the two is luck, so this only says what the fault is: never a wrong answer, an exception or a hang."""
    assert {raced("unknown") for _ in range(5)} <= {0, -signal.SIGSEGV}


class _Whole(msgspec.Struct):
    text: str


class _Unresolved(msgspec.Struct):
    there: "OnlyForTheTypeChecker"  # type: ignore[name-defined]  # noqa: F821


def test_what_can_not_be_known_is_left_out() -> None:
    before = know_all()

    assert before >= 1
    assert know_all() == before
    assert _Whole in msgspec.Struct.__subclasses__()
    assert _Unresolved in msgspec.Struct.__subclasses__()
