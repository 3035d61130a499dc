"""The broken twin of `cloud`: a process that did not hear the others for a while believes that it missed nothing."""

import sys

from cloud.cli import main
from cloud.db.unit import Told
from cloud.realtime.relay import LocalRelay

send = LocalRelay.send


def send_what_was_heard(self: LocalRelay, told: Told) -> None:
    if not told.missed:
        send(self, told)


if __name__ == "__main__":
    LocalRelay.send = send_what_was_heard  # type: ignore[method-assign]
    sys.exit(main())
