"""A decoder child that announces nonsense; VIZORA_TEST_LIE says which."""

import os
import struct
import sys
import time

from edge.player.workers.ring import REASON_SIZE, RING_SIZE, SLOT

LIES: dict[str, tuple[float, int, int, int, int, int]] = {
    "too large": (0.0, 1 << 31, 1 << 31, 1 << 31, 1 << 30, 0),
    "no width": (0.0, 0, 100, 64, 32, 0),
    "short rows": (0.0, 1920, 1080, 16, 8, 0),
    "beyond the slot": (0.0, 1920, 1080, 1 << 24, 1 << 23, 0),
    "no time": (float("nan"), 64, 64, 64, 32, 0),
    "odd rotation": (0.0, 64, 64, 64, 32, 7),
    "too many": (0.0, 64, 64, 64, 32, 0),
}


def main() -> None:
    memory_fd, announce, _, _ = (int(a) for a in sys.argv[2:])
    if not sys.stdin.readline():
        return
    lie = os.environ["VIZORA_TEST_LIE"]
    os.pwrite(memory_fd, struct.pack(SLOT.format, *LIES[lie]), REASON_SIZE)
    assert os.fstat(memory_fd).st_size == RING_SIZE
    os.write(announce, bytes(200 if lie == "too many" else 1))
    time.sleep(30)


if __name__ == "__main__":
    main()
