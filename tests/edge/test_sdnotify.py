import socket
from pathlib import Path

import pytest

from edge.sdnotify import Notifier


def test_states_reach_the_socket_systemd_named(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        notifier = Notifier({"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "30000000"})

        notifier.ready("playing")
        notifier.watchdog()
        notifier.stopping()

        assert [systemd.recv(99) for _ in range(3)] == [b"READY=1\nSTATUS=playing", b"WATCHDOG=1", b"STOPPING=1"]
        assert notifier.watchdog_seconds == 30


def test_an_abstract_socket_is_understood() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind("\0vizora-test-sdnotify")
        Notifier({"NOTIFY_SOCKET": "@vizora-test-sdnotify"}).status("fetching")

        assert systemd.recv(99) == b"STATUS=fetching"


@pytest.mark.parametrize("environ", [{}, {"NOTIFY_SOCKET": "/nowhere/at/all"}, {"WATCHDOG_USEC": "soon"}])
def test_without_systemd_nothing_happens(environ: dict[str, str]) -> None:
    notifier = Notifier(environ)

    notifier.ready()

    assert notifier.watchdog_seconds is None
