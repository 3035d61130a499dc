"""`cache.sock`, `provision.sock`: one JSON line in, one out, for the people and programs on this machine."""

import json
import logging
import queue
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from edge.cache.worker import Inbox

MAX_LINE = 65_536
TIMEOUT_S = 5.0

log = logging.getLogger(__name__)

Answerer = Callable[[dict[str, Any]], dict[str, Any]]


class CommandSocket:
    """Answers in a thread of its own; the answers themselves are made in the loop's thread."""

    def __init__(self, path: Path, inbox: Inbox, commands: Mapping[str, Answerer]) -> None:
        self._path = path
        self._inbox = inbox
        self._commands = commands
        self._listener: socket.socket | None = None

    def start(self) -> None:
        """Raises OSError when the socket can't be made."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            listener.bind(str(self._path))
            self._path.chmod(0o660)
            listener.listen(8)
        except OSError:
            listener.close()
            raise
        self._listener = listener
        threading.Thread(target=self._run, args=(listener,), name=self._path.name, daemon=True).start()

    def stop(self) -> None:
        if self._listener is not None:
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._path.unlink(missing_ok=True)

    def _run(self, listener: socket.socket) -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            with line, suppress(OSError):
                line.settimeout(TIMEOUT_S)
                with line.makefile("rb") as lines:
                    line.sendall(json.dumps(self._answer(lines.readline(MAX_LINE))).encode() + b"\n")

    def _answer(self, text: bytes) -> dict[str, Any]:
        try:
            asked = json.loads(text)
            answerer = self._commands[asked["command"]]
        except (ValueError, KeyError, TypeError):
            return {"ok": False, "error": f"not a command; allowed: {', '.join(self._commands)}"}
        answers: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._inbox.put(lambda: answers.put(answerer(asked)))
        try:
            return answers.get(timeout=TIMEOUT_S)
        except queue.Empty:
            return {"ok": False, "error": "busy: ask again in a moment"}
