"""Begins to answer, and never ends."""

import os
import signal

from cloud.content.privacy.answer import CLEANED

if __name__ == "__main__":
    os.write(1, CLEANED + bytes(300_000))
    signal.pause()
