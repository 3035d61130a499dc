"""The last lines this process logged, for the command `collect-logs`; in memory only, so that no card wears out."""

import logging
from collections import deque
from datetime import timedelta

from edge.clock import EPOCH
from vizora.device_api import MAX_LOG_CHARACTERS, MAX_LOG_LINES, LogLevel, LogLine

LEVELS = {logging.ERROR: LogLevel.ERROR, logging.WARNING: LogLevel.WARNING, logging.INFO: LogLevel.INFO}


class RecentLog(logging.Handler):
    """Filled from any thread; `lines` may be asked from any."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: deque[LogLine] = deque(maxlen=MAX_LOG_LINES)
        self.setFormatter(logging.Formatter("%(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        at = EPOCH + timedelta(seconds=record.created)
        self._lines.append(LogLine(at, self.format(record)[:MAX_LOG_CHARACTERS], level_of(record.levelno), record.name))

    def lines(self) -> tuple[LogLine, ...]:
        """Oldest first."""
        return tuple(self._lines.copy())


def level_of(number: int) -> LogLevel:
    return next((level for least, level in LEVELS.items() if number >= least), LogLevel.DEBUG)
