"""A decoder child that can't play any file, as where PyAV lacks a codec."""

import sys

from edge.player.workers.decoder import FAILED
from edge.player.workers.ring import RingWriter


def main(arguments: list[str]) -> int:
    _, memory_fd, written_fd, free_fd, _ = (int(a) for a in arguments)
    ring = RingWriter(memory_fd, written_fd, free_fd)
    if sys.stdin.readline():
        ring.fail("there is no decoder for this film")
    return FAILED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
