"""What the decoding process writes to its standard output: one line of JSON, then the thumbnail's bytes.

The parent believes nothing else of it: the process has read hostile bytes, so its answer is parsed strictly.
"""

from typing import Annotated

import msgspec

from cloud.content.file_faults import FaultCode, FileFault
from vizora.manifest.model import Value

Count = Annotated[int, msgspec.Meta(ge=0, le=10**9)]


class Facts(Value, frozen=True, tag_field="outcome", tag="whole", forbid_unknown_fields=True):
    """What decoding found. Width and height as seen, orientation applied; of a PDF the first page's, in points."""

    width: Count
    height: Count
    duration_ms: Count | None = None
    """Of a video or an animated image."""
    pages: Count | None = None


class Fault(Value, frozen=True, tag_field="outcome", tag="fault", forbid_unknown_fields=True):
    fault: FileFault


class Refused(Exception):
    """Raised by the decoders inside the process, with the fault to report."""

    def __init__(self, code: FaultCode, **parts: float | str) -> None:
        self.fault = FileFault(code, parts)
        super().__init__(str(self.fault))


def pack(report: Facts | Fault, thumbnail: bytes = b"") -> bytes:
    return msgspec.json.encode(report) + b"\n" + thumbnail


def unpack(answer: bytes) -> tuple[Facts | Fault, bytes]:
    """Raises msgspec.MsgspecError when the answer is not of this shape."""
    line, _, thumbnail = answer.partition(b"\n")
    return _REPORT.decode(line), thumbnail


_REPORT: msgspec.json.Decoder[Facts | Fault] = msgspec.json.Decoder(Facts | Fault)
