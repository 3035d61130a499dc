"""The throw-away process: `python -m cloud.content.probe.child MEDIA_TYPE PARENT_PID LIMITS_JSON`, the file on stdin.

It answers on standard output as `cloud.content.probe.report` says and ends. Status 0 means it answered.
"""

import errno
import gc
import os
import sys
from collections.abc import Callable
from typing import BinaryIO

import msgspec

from cloud.content.file_faults import FaultCode, fault
from cloud.content.media_type import MediaType
from cloud.content.privacy.cleaning import cleaner_of, mapped, without_private_data
from cloud.content.privacy.edits import Strange
from cloud.content.probe.confinement import confine
from cloud.content.probe.extent import check_extent
from cloud.content.probe.limits import MIB, Limits
from cloud.content.probe.report import Facts, Fault, Refused, pack

Decode = Callable[[BinaryIO, Limits], tuple[Facts, bytes]]


def main(arguments: list[str]) -> int:
    media_type = MediaType(arguments[0])
    limits = msgspec.json.decode(arguments[2], type=Limits)
    decode = _decoder(media_type)
    if limits.clean:
        cleaner_of(media_type)
        decode = _clean_too(decode, mapped(0), media_type)
    confine(limits, parent=int(arguments[1]))
    with open(0, "rb", closefd=False) as file:
        answer = _answer(decode, file, media_type, limits)
    with open(1, "wb", closefd=False) as out:
        out.write(answer)
    return 0


def _decoder(media_type: MediaType) -> Decode:
    """Imports what decoding needs, and uses it once where imports hide, while files can still be opened."""
    if media_type.value.startswith("image/"):
        from cloud.content.probe.image import probe_image, warm_up

        warm_up(media_type)
        return lambda file, limits: probe_image(file, media_type, limits)
    if media_type.value.startswith("video/"):
        from cloud.content.probe.video import probe_video

        return lambda file, limits: probe_video(file, media_type, limits)
    from cloud.content.probe.document import probe_document

    return probe_document


def _answer(decode: Decode, file: BinaryIO, media_type: MediaType, limits: Limits) -> bytes:
    try:
        check_extent(file, media_type)
        return pack(*decode(file, limits))
    except Refused as refusal:
        return pack(Fault(refusal.fault))
    except ImportError:
        raise
    except MemoryError:
        gc.collect()
        return pack(Fault(fault(FaultCode.MEMORY, megabytes=limits.memory_bytes // MIB)))
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.EMFILE:
            raise  # something of ours wanted to open a file: no fault of this one
        said = (str(error) or type(error).__name__)[:300]
        return pack(Fault(fault(FaultCode.UNDECODABLE, type=media_type.value, said=said)))


def _clean_too(decode: Decode, data: memoryview, media_type: MediaType) -> Decode:
    """Decodes, and refuses what then still tells more than it shows."""

    def work(file: BinaryIO, limits: Limits) -> tuple[Facts, bytes]:
        found = decode(file, limits)
        try:
            if without_private_data(data, media_type) is None:
                return found
        except Strange:
            pass
        raise Refused(FaultCode.NOT_CLEANED, type=media_type.value)

    return work


if __name__ == "__main__":
    status = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(status)  # no destructors of libraries that have seen hostile bytes
