import json
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from edge.cache.commands import Commands
from edge.cache.recent_log import RecentLog
from edge.paths import DevicePaths
from tests.fakes.clock import FakeClock
from tests.fakes.held_worker import HeldWorker
from vizora.device_api import MAX_LOG_LINES, LogLevel, LogLine


class Cloud:
    def __init__(self) -> None:
        self.pictures: list[bytes] = []
        self.lines: tuple[LogLine, ...] = ()

    def screenshot(self, image: bytes) -> None:
        self.pictures.append(image)

    def logs(self, lines: tuple[LogLine, ...]) -> None:
        self.lines = lines


class BusyClock(FakeClock):
    """Things happen while somebody waits."""

    def __init__(self) -> None:
        super().__init__()
        self.passed = 0.0
        self._coming: list[tuple[float, Callable[[], None]]] = []

    def at(self, seconds: float, happening: Callable[[], None]) -> None:
        """In the order they are told."""
        self._coming.append((seconds, happening))

    def sleep(self, seconds: float) -> None:
        FakeClock.sleep(self, seconds)
        self.passed += seconds
        while self._coming and self._coming[0][0] <= self.passed:
            self._coming.pop(0)[1]()


class Bench:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cloud = Cloud()
        self.worker = HeldWorker()
        self.syncs = 0
        self.results: list[dict[str, Any]] = []
        self.paths = DevicePaths(folder / "state", folder)
        self.clock = BusyClock()
        self.recent_log = RecentLog()
        self.commands = Commands(
            paths=self.paths,
            clock=self.clock,
            calls=self.cloud,
            worker=self.worker,
            sync_now=self._sync,
            clear_cache=lambda: {"ok": True, "files": 2, "bytes": 30},
            update_now=lambda: {"ok": True, "version": "1.0"},
            log_lines=self.recent_log.lines,
            report=self.results.append,
        )

    def _sync(self) -> None:
        self.syncs += 1

    def take(self, kind: str, command_id: str = "1", **args: Any) -> dict[str, Any]:
        self.commands.take({"commandId": command_id, "type": kind, "args": args})
        self.worker.run()
        return self.results[-1]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@contextmanager
def player(folder: Path, answer: bytes, name: str = "player.sock") -> Iterator[list[dict[str, Any]]]:
    """A player's socket that gives one answer and keeps what it was asked."""
    asked: list[dict[str, Any]] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(folder / name))
        listener.listen()

        def serve() -> None:
            line, _ = listener.accept()
            with line, line.makefile("rb") as lines:
                asked.append(json.loads(lines.readline()))
                if "file" in asked[0]:
                    Path(asked[0]["file"]).write_bytes(b"PNG")
                line.sendall(answer + b"\n")

        thread = threading.Thread(target=serve)
        thread.start()
        yield asked
        thread.join()


def test_sync_now_is_done_here(bench: Bench) -> None:
    assert bench.take("sync-now") == {"commandId": "1", "ok": True, "result": {"ok": True}}
    assert bench.syncs == 1


def test_the_player_is_asked_to_identify_itself(bench: Bench) -> None:
    with player(bench.folder, b'{"ok":true}') as asked:
        result = bench.take("identify", seconds=5)

    assert asked == [{"command": "identify", "seconds": 5}]
    assert result["ok"] is True


def test_the_last_lines_of_the_log_go_to_the_cloud(bench: Bench) -> None:
    for n in range(MAX_LOG_LINES + 1):
        bench.recent_log.handle(logging.LogRecord("edge.cache.sync", logging.WARNING, "", 0, "line %d", (n,), None))
    result = bench.take("collect-logs")
    lines = bench.cloud.lines

    assert result == {"commandId": "1", "ok": True, "result": {"ok": True, "lines": MAX_LOG_LINES}}
    assert (lines[0].message, lines[-1].message) == ("line 1", f"line {MAX_LOG_LINES}")
    assert {(line.level, line.source) for line in lines} == {(LogLevel.WARNING, "edge.cache.sync")}


@pytest.mark.parametrize(
    ("kind", "args", "asked"),
    [
        ("display-off", {}, {"command": "display", "on": False}),
        ("display-on", {}, {"command": "display", "on": True}),
        ("volume", {"volume": 30}, {"command": "volume", "volume": 30}),
    ],
)
def test_display_and_volume_are_the_players(
    bench: Bench, kind: str, args: dict[str, Any], asked: dict[str, Any]
) -> None:
    with player(bench.folder, b'{"ok":true}') as questions:
        result = bench.take(kind, **args)

    assert questions == [asked]
    assert result["ok"] is True


def test_a_screenshot_goes_to_the_cloud_and_not_to_the_disk(bench: Bench) -> None:
    with player(bench.folder, b'{"ok":true,"width":1920,"height":1080,"file":"x"}'):
        result = bench.take("screenshot")

    assert bench.cloud.pictures == [b"PNG"]
    assert result["result"] == {"ok": True, "width": 1920, "height": 1080}
    assert not list(bench.folder.glob("*.png"))


@pytest.mark.parametrize("answer", [b'{"ok":false,"error":"no display"}', b"[]", b"nonsense", b""])
def test_a_player_that_cannot_is_a_failed_command(bench: Bench, answer: bytes) -> None:
    with player(bench.folder, answer):
        assert bench.take("identify")["ok"] is False


def test_no_player_is_a_failed_command(bench: Bench) -> None:
    result = bench.take("screenshot")

    assert result["ok"] is False
    assert "the player doesn't answer" in result["result"]["error"]


def speak(bench: Bench, boot_id: str) -> None:
    bench.paths.player_status.write_text(json.dumps({"bootId": boot_id, "at": "t"}))


def test_a_restart_is_done_when_another_run_of_the_player_speaks(bench: Bench) -> None:
    speak(bench, "one")
    bench.clock.at(2.0, lambda: bench.paths.player_status.unlink())
    bench.clock.at(4.0, lambda: speak(bench, "two"))

    with player(bench.folder, b'{"ok":true,"ending":true}') as asked:
        result = bench.take("restart-player")

    assert asked == [{"command": "restart"}]
    assert result["ok"] is True
    assert 4 <= bench.clock.passed < 5


def test_a_player_that_does_not_come_back_is_a_failed_restart(bench: Bench) -> None:
    speak(bench, "one")
    with player(bench.folder, b'{"ok":true,"ending":true}'):
        result = bench.take("restart-player")

    assert result["ok"] is False
    assert "did not come back" in result["result"]["error"]


def test_clearing_tells_what_went(bench: Bench) -> None:
    assert bench.take("clear-cache")["result"] == {"ok": True, "files": 2, "bytes": 30}


def test_an_update_is_looked_for_at_once(bench: Bench) -> None:
    assert bench.take("update")["result"] == {"ok": True, "version": "1.0"}


def test_what_this_screen_cannot_do_is_said_at_once(bench: Bench) -> None:
    result = bench.take("reboot")

    assert result["ok"] is False
    assert result["result"]["error"].startswith("This screen ")


def test_the_diagnostics_page_is_opened_and_its_number_stays_on_the_glass(bench: Bench) -> None:
    with player(bench.folder, b'{"ok":true,"addresses":["http://192.0.2.1:8088"]}', "diagnostics.sock") as asked:
        result = bench.take("open-diagnostics")

    assert asked == [{"command": "open"}]
    assert result["result"] == {"ok": True, "addresses": ["http://192.0.2.1:8088"]}


def test_without_its_service_the_page_stays_closed(bench: Bench) -> None:
    assert "the diagnostics service doesn't answer" in bench.take("open-diagnostics")["result"]["error"]


def test_what_is_not_known_is_answered(bench: Bench) -> None:
    assert bench.take("self-destruct")["result"]["error"] == "self-destruct is not a command this screen knows"


def test_a_command_that_comes_twice_is_done_once_and_answered_twice(bench: Bench) -> None:
    bench.take("sync-now")
    bench.take("sync-now")
    bench.take("sync-now", command_id="2")

    assert bench.syncs == 2
    assert [result["commandId"] for result in bench.results] == ["1", "1", "2"]


@pytest.mark.parametrize(
    "command", [{}, {"type": "sync-now"}, {"commandId": 5, "type": "sync-now"}, {"commandId": "1"}]
)
def test_half_a_command_is_left_alone(bench: Bench, command: dict[str, Any]) -> None:
    bench.commands.take(command)

    assert (bench.syncs, bench.results) == (0, [])
