"""The throw-away process: `python -m cloud.content.privacy.child MEDIA_TYPE PARENT_PID LIMITS_JSON`, the file on stdin.

It answers on standard output as `cloud.content.privacy.answer` says, and ends. Status 0 means it answered. It can open
no file to write to: the parent takes what comes through the pipe, counts it, and keeps it.
"""

import os
import sys
from collections.abc import Callable

import msgspec

from cloud.content.media_type import MediaType
from cloud.content.privacy.answer import AS_IT_IS, CLEANED, STRANGE
from cloud.content.privacy.cleaning import cleaner_of, mapped, without_private_data
from cloud.content.privacy.edits import Piece, Strange
from cloud.content.probe.confinement import confine
from cloud.content.probe.limits import Limits

Clean = Callable[[memoryview, MediaType], list[Piece] | None]


def main(arguments: list[str], clean: Clean = without_private_data, confine: Callable[..., object] = confine) -> int:
    media_type = MediaType(arguments[0])
    cleaner_of(media_type)
    data = mapped(0)
    confine(msgspec.json.decode(arguments[2], type=Limits), parent=int(arguments[1]))
    with open(1, "wb", closefd=False) as out:
        for piece in _answer(clean, data, media_type):
            out.write(piece)
    return 0


def _answer(clean: Clean, data: memoryview, media_type: MediaType) -> list[Piece]:
    try:
        pieces = clean(data, media_type)
    except (Strange, MemoryError):
        return [STRANGE]
    return [AS_IT_IS] if pieces is None else [CLEANED, *pieces]


if __name__ == "__main__":
    status = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(status)  # no destructors of libraries that have seen hostile bytes
