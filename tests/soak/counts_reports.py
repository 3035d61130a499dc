"""The broken twin of `cloud`: it counts what is reported instead of what is new."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from cloud.analytics import recording
from cloud.cli import main
from cloud.db.unit import Unit
from cloud.device import plays


def record(unit: Unit, rows: Sequence[Mapping[str, Any]], *, outbox: bool) -> int:
    new = recording.record(unit, rows, outbox=outbox)
    if new < len(rows):
        recording.count_in_hours(unit, rows)
    return new


if __name__ == "__main__":
    setattr(plays, "record", record)  # noqa: B010 - it is the import in that module which is replaced
    sys.exit(main())
