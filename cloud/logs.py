"""The log: lines for people on a terminal, one JSON object a line elsewhere. No secret gets into either."""

import logging
import re
from datetime import timedelta
from typing import Any, TextIO

import msgspec

from cloud import request_ids
from cloud.clock import EPOCH
from cloud.wire import instant

HIDDEN = "[hidden]"
_SECRETS = (
    re.compile(r"(?i)(bearer\s+)[A-Za-z0-9._~+/=-]+"),
    re.compile(r"()eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+\.?[A-Za-z0-9_-]*"),  # a JWT, wherever it comes from
    re.compile(r"()\bvz[te]_[A-Za-z0-9_-]{8,}"),  # a program's or a fleet's token
    re.compile(r"(://[^/\s:@]*:)[^/\s@]+(?=@)"),  # a password in an address
    re.compile(
        r"(?i)((?:password|secret|token|claim_?key|device_?code|api_?key|access_?key|signature|psk|passphrase)[\"']?\s*[=:]\s*[\"']?)"
        r"[^\s\"'&,;}]+"
    ),
)
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


def without_secrets(text: str) -> str:
    for pattern in _SECRETS:
        text = pattern.sub(rf"\g<1>{HIDDEN}", text)
    return text


class ForPeople(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))


class ForPrograms(logging.Formatter):
    """{"at", "level", "logger", "message", "request_id"?, "fault"?, and what the line was given with `extra`}."""

    def format(self, record: logging.LogRecord) -> str:
        at = EPOCH + timedelta(seconds=record.created)
        shown: dict[str, Any] = {
            "at": instant(at),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": without_secrets(record.getMessage()),
        }
        if asked := request_ids.current.get():
            shown["request_id"] = asked
        shown |= {name: _plain(value) for name, value in vars(record).items() if name not in _OWN}
        if record.exc_info:
            shown["fault"] = without_secrets(self.formatException(record.exc_info))
        return msgspec.json.encode(shown).decode()


def _plain(value: object) -> object:
    return value if isinstance(value, int | float) else without_secrets(str(value))


def set_up(stream: TextIO, level: str) -> None:
    """All of this process's logging goes to `stream`."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(ForPeople() if stream.isatty() else ForPrograms())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
