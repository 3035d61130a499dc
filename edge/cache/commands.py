"""Commands from the cloud: done here, or passed to the player's socket; each one once, however often it arrives.

Results are remembered as long as this process runs: a command whose answer was lost comes again and gets it again.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from edge.asking import ask
from edge.cache.worker import Worker
from edge.clock import Clock
from edge.paths import DevicePaths
from edge.status import PlayerStatus, read_status
from vizora.device_api import LogLine
from vizora.errors import NetworkError

REMEMBERED = 200
TIMEOUT_S = 15.0
RESTART_S = 30.0
LOOK_S = 0.2

log = logging.getLogger(__name__)

Result = dict[str, Any]

NOT_HERE = {
    "reboot": "This screen can't be rebooted by command; restart-player starts the player again.",
}
"""What the cloud may ask and this software can't do: said at once and plainly, never left to run out."""


class ReportingCalls(Protocol):
    def screenshot(self, image: bytes) -> None: ...

    def logs(self, lines: tuple[LogLine, ...]) -> None: ...


class Commands:
    """Lives in the loop's thread; what waits for the player or the network goes to a worker."""

    def __init__(
        self,
        *,
        paths: DevicePaths,
        clock: Clock,
        calls: ReportingCalls,
        worker: Worker,
        sync_now: Callable[[], None],
        clear_cache: Callable[[], Result],
        update_now: Callable[[], Result],
        log_lines: Callable[[], tuple[LogLine, ...]],
        report: Callable[[Result], None],
    ) -> None:
        self._paths = paths
        self._clock = clock
        self._calls = calls
        self._worker = worker
        self._sync_now = sync_now
        self._clear_cache = clear_cache
        self._update_now = update_now
        self._log_lines = log_lines
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
        work = self._work(kind, args)
        if work is not None:
            self._worker.submit(work, lambda result: self._done(command_id, result))
            return
        self._done(command_id, self._here(kind))

    def _here(self, kind: str) -> Result:
        match kind:
            case "sync-now":
                self._sync_now()
                return {"ok": True}
            case "clear-cache":
                return self._clear_cache()
            case "update":
                return self._update_now()
        return {"ok": False, "error": NOT_HERE.get(kind, f"{kind} is not a command this screen knows")}

    def _work(self, kind: str, args: dict[str, Any]) -> Callable[[], Result] | None:
        """What has to wait for somebody; None when there is nothing to wait for."""
        match kind:
            case "identify":
                seconds = args.get("seconds")
                shown_s = seconds if isinstance(seconds, int) and 1 <= seconds <= 300 else 10
                return lambda: ask_player(self._paths.player_socket, {"command": "identify", "seconds": shown_s})
            case "display-on" | "display-off":
                on = kind == "display-on"
                return lambda: ask_player(self._paths.player_socket, {"command": "display", "on": on})
            case "volume":
                volume = args.get("volume")
                return lambda: ask_player(self._paths.player_socket, {"command": "volume", "volume": volume})
            case "restart-player":
                return self._restart_player
            case "screenshot":
                return self._screenshot
            case "open-diagnostics":
                return self._open_diagnostics
            case "collect-logs":
                return self._collect_logs
        return None

    def _open_diagnostics(self) -> Result:
        """The number to sign in with stays on the glass: the cloud learns where the page is, and until when."""
        return ask_player(self._paths.diagnostics_socket, {"command": "open"}, who="the diagnostics service")

    def _restart_player(self) -> Result:
        """Done when another run of the player speaks, not when the old one promised to end."""
        before = self._boot_id()
        result = ask_player(self._paths.player_socket, {"command": "restart"})
        if result.get("ok") is not True:
            return result
        give_up = self._clock.monotonic() + RESTART_S
        while self._boot_id() in (None, before):
            if self._clock.monotonic() >= give_up:
                return {"ok": False, "error": f"the player ended and did not come back within {RESTART_S:g} s"}
            self._clock.sleep(LOOK_S)
        return {"ok": True}

    def _boot_id(self) -> str | None:
        player = read_status(self._paths.player_status, PlayerStatus)
        return player.boot_id if player is not None else None

    def _screenshot(self) -> Result:
        file = self._paths.run / "screenshot-for-cloud.png"
        result = ask_player(self._paths.player_socket, {"command": "screenshot", "file": str(file)})
        if result.get("ok") is True:
            self._calls.screenshot(file.read_bytes())
            file.unlink(missing_ok=True)
        result.pop("file", None)
        return result

    def _collect_logs(self) -> Result:
        lines = self._log_lines()
        self._calls.logs(lines)
        return {"ok": True, "lines": len(lines)}

    def _done(self, command_id: str, result: Result | Exception) -> None:
        answer = {"ok": False, "error": str(result)} if isinstance(result, Exception) else result
        told = {"commandId": command_id, "ok": answer.get("ok") is True, "result": answer}
        self._results[command_id] = told
        self._report(told)


def ask_player(path: Path, question: dict[str, Any], *, who: str = "the player") -> Result:
    """The answer of the player, or whoever listens there. Raises NetworkError when there is none."""
    try:
        return ask(path, question, TIMEOUT_S)
    except (OSError, ValueError) as error:
        raise NetworkError(f"{who} doesn't answer ({error})") from error
