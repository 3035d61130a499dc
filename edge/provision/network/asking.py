"""Whether it is the cloud that answers over this network, and if not, what is in the way."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from edge import problems
from edge.http import Answer, Fault, Limits, UnreachableError, call
from edge.status import Problem
from vizora.manifest.model import Value

PATIENCE = Limits(connect_s=5.0, read_s=5.0, total_s=12.0)


class _Refusal(Value, frozen=True):
    """What the cloud answers to somebody without a token (RFC 9457, with our `code`)."""

    code: str


def ask_cloud(cloud_url: str, now: Callable[[], datetime], is_clock_set: Callable[[], bool]) -> Problem | None:
    """Asks for something that needs a token, without one: a sign-in page never refuses as the cloud does."""
    if not cloud_url:
        return None  # a wrong setting: nobody knows whom to ask, and that is told elsewhere
    try:
        answer = call("GET", f"{cloud_url}/api/device/manifest", limits=PATIENCE)
        if not _is_ours(answer):
            raise UnreachableError(Fault.PORTAL, "the answer is not the cloud's")
    except UnreachableError as error:
        if error.fault is Fault.TLS and not is_clock_set():
            return problems.clock_not_set(now())
        return problems.unreachable(cloud_url, error)
    return None


def _is_ours(answer: Answer) -> bool:
    try:
        return answer.status == 401 and bool(msgspec.json.decode(answer.body, type=_Refusal).code)
    except ValueError:
        return False
