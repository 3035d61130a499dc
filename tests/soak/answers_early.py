"""The broken twin of `cloud`: it says that a file is kept before it is."""

import sys
import threading
from pathlib import Path

from cloud.cli import main
from cloud.content.storage import LocalStorage

LATE_S = 0.3
put_bytes = LocalStorage.put_bytes


def put(self: LocalStorage, key: str, file: Path) -> None:
    data = file.read_bytes()
    file.unlink()
    late = threading.Timer(LATE_S, put_bytes, (self, key, data))
    late.daemon = True
    late.start()


if __name__ == "__main__":
    LocalStorage.put = put  # type: ignore[method-assign]
    sys.exit(main())
