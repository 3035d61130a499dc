"""What can be wrong with content, as errors with the contract's codes (CONTRACT section 1)."""

from cloud.content.file_faults import FileFault
from vizora.errors import HardwareError, OperatorError, PublisherError


class ContentFault(PublisherError):
    """The publisher can mend it: another file, a smaller one, a supported type."""

    code: str
    status: int

    def __init__(self, fault: FileFault) -> None:
        super().__init__(str(fault))
        self.fault = fault


class TooLarge(ContentFault):
    code = "CONTENT_002"
    status = 413


class UnsupportedType(ContentFault):
    code = "CONTENT_003"
    status = 415


class DamagedFile(ContentFault):
    code = "CONTENT_004"
    status = 422


class QuotaExceeded(ContentFault):
    code = "CONTENT_005"
    status = 403


class StorageFull(HardwareError):
    """The machine that keeps the files has no room left; nothing was stored."""

    code = "CONTENT_005"
    status = 507


class StorageBroken(HardwareError):
    """The place that keeps the files can't be written or read: wrong rights, read-only, input/output error."""


class ProbeBroken(OperatorError):
    """Our own decoding process does not work; it says nothing about the file."""
