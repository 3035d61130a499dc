"""Commands from the cloud: done here, or passed to the player's socket; each one once, however often it arrives."""

import json
import logging
import socket
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from edge.cache.worker import Worker
from vizora.errors import NetworkError

REMEMBERED = 200
TIMEOUT_S = 15.0
MAX_ANSWER = 65_536

log = logging.getLogger(__name__)

Result = dict[str, Any]


class ScreenshotCalls(Protocol):
    def screenshot(self, image: bytes) -> None: ...


class Commands:
    """Lives in the loop's thread; what waits for the player or the network goes to a worker."""

    def __init__(
        self,
        *,
        player_socket: Path,
        screenshot_file: Path,
        calls: ScreenshotCalls,
        worker: Worker,
        sync_now: Callable[[], None],
        report: Callable[[Result], None],
    ) -> None:
        self._player_socket = player_socket
        self._screenshot_file = screenshot_file
        self._calls = calls
        self._worker = worker
        self._sync_now = sync_now
        self._report = report
        self._results: OrderedDict[str, Result | None] = OrderedDict()

    def take(self, command: dict[str, Any]) -> None:
        command_id = command.get("commandId", command.get("id"))
        kind = command.get("type")
        args = command.get("args")
        if not isinstance(command_id, str) or not isinstance(kind, str):
            log.warning("a command without id or type is left alone")
            return
        if command_id in self._results:
            known = self._results[command_id]
            if known is not None:
                self._report(known)
            return
        self._results[command_id] = None
        while len(self._results) > REMEMBERED:
            self._results.popitem(last=False)
        self._carry_out(command_id, kind, args if isinstance(args, dict) else {})

    def _carry_out(self, command_id: str, kind: str, args: dict[str, Any]) -> None:
        if kind == "sync-now":
            self._sync_now()
            self._done(command_id, {"ok": True})
            return
        work = self._work(kind, args)
        if work is None:
            self._done(command_id, {"ok": False, "error": f"{kind} is not a command this screen knows"})
        else:
            self._worker.submit(work, lambda result: self._done(command_id, result))

    def _work(self, kind: str, args: dict[str, Any]) -> Callable[[], Result] | None:
        match kind:
            case "identify":
                seconds = args.get("seconds")
                shown_s = seconds if isinstance(seconds, int) and 1 <= seconds <= 300 else 10
                return lambda: ask_player(self._player_socket, {"command": "identify", "seconds": shown_s})
            case "restart-player":
                return lambda: ask_player(self._player_socket, {"command": "restart"})
            case "screenshot":
                return self._screenshot
        return None

    def _screenshot(self) -> Result:
        asked = {"command": "screenshot", "file": str(self._screenshot_file)}
        result = ask_player(self._player_socket, asked)
        if result.get("ok") is True:
            self._calls.screenshot(self._screenshot_file.read_bytes())
            self._screenshot_file.unlink(missing_ok=True)
        result.pop("file", None)
        return result

    def _done(self, command_id: str, result: Result | Exception) -> None:
        answer = {"ok": False, "error": str(result)} if isinstance(result, Exception) else result
        told = {"commandId": command_id, "ok": answer.get("ok") is True, "result": answer}
        self._results[command_id] = told
        self._report(told)


def ask_player(path: Path, question: dict[str, Any]) -> Result:
    """One JSON line to the player and its answer. Raises NetworkError when there is none."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(TIMEOUT_S)
            line.connect(str(path))
            line.sendall(json.dumps(question).encode() + b"\n")
            with line.makefile("rb") as answers:
                answer = json.loads(answers.readline(MAX_ANSWER))
    except (OSError, ValueError) as error:
        raise NetworkError(f"the player doesn't answer ({error})") from error
    if not isinstance(answer, dict):
        raise NetworkError("the player's answer is no object")
    return answer
