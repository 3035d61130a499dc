"""Work that is done beside the requests: what kinds there are, and what one job is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from cloud.db.unit import Unit
from vizora.errors import VizoraError
from vizora.identifiers import OrganizationId

if TYPE_CHECKING:
    from cloud.services import Cloud

Outcome = Callable[[Unit], None]
"""What a job writes when it is done: in the transaction that ends the job, so it is written once or not at all."""
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1800))
"""After the first failed attempt, after the second…"""
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Job:
    id: str
    kind: str
    subject: str
    """The id of what it is about; empty for periodic work."""
    organization_id: OrganizationId | None
    payload: str | None
    attempt: int
    """1 for the first one."""
    request_id: str = ""
    """Of the request that brought it about; empty for periodic work."""


class Hopeless(VizoraError):
    """Raised by a job that no repetition can mend."""


def nothing(_: Unit) -> None:
    return None


def give_up_quietly(_: Unit, __: Job) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of job. Work may be begun twice (its worker died, or was thought dead); it is ended once."""

    name: str
    run: Callable[["Cloud", Job], Awaitable[Outcome]]
    """Any exception is a failed attempt; Hopeless is the last one."""
    give_up: Callable[[Unit, Job], None] = give_up_quietly
    """What is written after the last attempt. Periodic work is never given up."""
    at_once: int = 1
    """How many one worker does at the same time."""
    attempts: int = 5
    every: timedelta | None = None
    """For periodic work: the pause between two of them, whatever worker they are done by."""

    def pause(self, attempt: int) -> timedelta:
        """After this many attempts that failed one after the other."""
        pause = PAUSES[min(attempt, len(PAUSES)) - 1]
        return pause if self.every is None else min(pause, max(self.every, MINUTE))


@dataclass(frozen=True, slots=True)
class Jobs:
    """The part that tells what kinds there are: `cloud.part(Jobs)`."""

    kinds: tuple[Kind, ...]
