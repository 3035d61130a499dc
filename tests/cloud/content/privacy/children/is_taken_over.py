"""The real one, whose parser does what the file wants: it tries everything, and says what worked."""

import sys
from collections.abc import Container

from cloud.content.media_type import MediaType
from cloud.content.privacy import child
from cloud.content.privacy.edits import Piece
from tests.cloud.content.probe.children.escapes import attempts


def taken_over(names: Container[str]) -> child.Clean:
    tries = {name: act for name, act in attempts().items() if name in names}

    def clean(_: memoryview, __: MediaType) -> list[Piece]:
        worked = []
        for name, act in tries.items():
            try:
                act()
            except (OSError, MemoryError):
                continue
            worked.append(name)
        return [(", ".join(worked) or "nothing worked").encode()]

    return clean


if __name__ == "__main__":
    sys.exit(child.main(sys.argv[1:], taken_over(attempts())))
