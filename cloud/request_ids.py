"""Which request is being worked for: its id is in each line of the log, of threads and jobs it brought about too."""

from contextvars import ContextVar

current: ContextVar[str] = ContextVar("vizora_request_id", default="")
"""Empty where nobody asked: periodic work, a screen's line."""
