import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.cache.command_socket import CommandSocket
from edge.cache.worker import Inbox


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    """A socket whose loop runs as long as the test."""
    inbox = Inbox()
    door = CommandSocket(tmp_path / "run" / "cache.sock", inbox, {"status": lambda asked: {"ok": True, "asked": asked}})
    over = threading.Event()

    def loop() -> None:
        while not over.is_set():
            call = inbox.get(0.05)
            if call is not None:
                call()

    thread = threading.Thread(target=loop)
    thread.start()
    door.start()
    yield tmp_path / "run" / "cache.sock"
    door.stop()
    over.set()
    thread.join()


def ask(path: Path, line: bytes) -> dict[str, object]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(10)
        client.connect(str(path))
        client.sendall(line)
        with client.makefile("rb") as answers:
            answer: dict[str, object] = json.loads(answers.readline())
            return answer


def test_a_line_in_is_a_line_out(path: Path) -> None:
    assert ask(path, b'{"command":"status"}\n') == {"ok": True, "asked": {"command": "status"}}


@pytest.mark.parametrize("line", [b"\n", b"[]\n", b'{"command":"rm"}\n', b'{"command":[]}\n', b"\xff\n"])
def test_anything_else_hears_what_is_allowed(path: Path, line: bytes) -> None:
    assert ask(path, line) == {"ok": False, "error": "not a command; allowed: status"}


def test_a_left_over_socket_file_is_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / "cache.sock").touch()
    door = CommandSocket(tmp_path / "cache.sock", Inbox(), {})

    door.start()
    door.stop()

    assert not (tmp_path / "cache.sock").exists()
