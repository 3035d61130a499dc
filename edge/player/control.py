"""`player.sock`: one JSON line in, one out. Commands are taken on a thread and carried out by the stage's loop.

`restart` needs no stage: it is answered, then the player ends in order, and whoever supervises it starts it again.
"""

import contextlib
import json
import os
import queue
import signal
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LINE = 64 * 1024
PATIENCE = 10.0

Finish = Callable[[], dict[str, Any]]
"""What is left to do off the stage's thread, as writing a file."""


@dataclass(slots=True)
class Command:
    name: str
    arguments: dict[str, Any]
    answer: "Future[dict[str, Any] | Finish]" = field(default_factory=Future)


def end_process() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


class ControlSocket:
    """Listens from construction to `close`. Raises OSError when the socket can't be made."""

    def __init__(self, path: Path, end: Callable[[], None] = end_process) -> None:
        self._path = path
        self._end = end
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(path))
        path.chmod(0o660)
        self._listener.listen(4)
        self._commands: queue.SimpleQueue[Command] = queue.SimpleQueue()
        threading.Thread(target=self._serve, name="control", daemon=True).start()

    def commands(self) -> list[Command]:
        """What came since the last call; each must be answered. Never blocks."""
        came: list[Command] = []
        with contextlib.suppress(queue.Empty):
            while True:
                came.append(self._commands.get_nowait())
        return came

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._path.unlink(missing_ok=True)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), name="control-talk", daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(PATIENCE)
            lines = connection.makefile("rb")
            while line := lines.readline(LINE):
                answer = self._answer(line)
                connection.sendall(json.dumps(answer).encode() + b"\n")
                if answer.get("ending"):
                    self._end()

    def _answer(self, line: bytes) -> dict[str, Any]:
        try:
            request = json.loads(line)
            command = Command(str(request["command"]), request)
        except (ValueError, KeyError, TypeError):
            return {"ok": False, "error": 'a line must be a JSON object with "command"'}
        if command.name == "restart":
            return {"ok": True, "ending": True}
        self._commands.put(command)
        try:
            answer = command.answer.result(PATIENCE)
            return answer() if callable(answer) else answer
        except TimeoutError:
            return {"ok": False, "error": "the player is too busy to answer"}
        except OSError as error:
            return {"ok": False, "error": f"{error.filename or 'the file'}: {error.strerror}"}
