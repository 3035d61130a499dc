"""The real one, whose parser does what the file wants: it tries everything, and says what worked."""

import sys

from cloud.content.media_type import MediaType
from cloud.content.privacy import child
from cloud.content.privacy.edits import Piece
from tests.cloud.content.probe.children.escapes import attempts

TRIES = attempts()


def taken_over(_: memoryview, __: MediaType) -> list[Piece]:
    worked = []
    for name, act in TRIES.items():
        try:
            act()
        except (OSError, MemoryError):
            continue
        worked.append(name)
    return [(", ".join(worked) or "nothing worked").encode()]


if __name__ == "__main__":
    child.without_private_data = taken_over
    sys.exit(child.main(sys.argv[1:]))
