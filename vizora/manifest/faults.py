"""What is wrong with a manifest, and where: each fault names its place as a JSON pointer (RFC 6901)."""

from collections.abc import Iterable

import msgspec

from vizora.errors import PublisherError

SHOWN_FAULTS = 5


class Fault(msgspec.Struct, frozen=True):
    """`field` as in `/schedules/2/recurrence`; `message` says the fault and what is allowed."""

    field: str
    message: str


class ManifestError(PublisherError):
    """A manifest that can't be read or must not be published; `faults` lists everything found."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        told = "; ".join(f"{fault.field or '/'}: {fault.message}" for fault in self.faults[:SHOWN_FAULTS])
        more = len(self.faults) - SHOWN_FAULTS
        super().__init__(f"manifest: {told}" + (f"; and {more} more" if more > 0 else ""))


def pointer(*steps: str | int) -> str:
    """The JSON pointer of a place, as in `/assets/a~1b/title`."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)
