"""`cloud`, to which silence is what `SOAK_SILENCE_S` says, so that nobody has to wait for it."""

import os
import sys
from dataclasses import replace
from functools import wraps
from typing import Any

from cloud import cli, config
from cloud.realtime import sweeping

SILENCE_S = float(os.environ["SOAK_SILENCE_S"])
LOOKS = 9
"""How often it looks for silent lines in the time that one may be silent: as `cloud` does in its 45 s."""
load = config.load


@wraps(load)
def load_in_haste(*arguments: Any, **named: Any) -> config.CloudConfig:
    return replace(load(*arguments, **named), silence_s=SILENCE_S)


def main() -> int:
    config.load = load_in_haste  # `cloud.cli` takes it from there
    sweeping.EVERY_S = SILENCE_S / LOOKS
    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
