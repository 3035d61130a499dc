"""The real service: closed on the network, opened from the device, closed again (P40)."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from edge.asking import ask
from edge.clock import SystemClock
from edge.diagnostics.facts import Life
from edge.diagnostics.services import life
from tests.child_process import dies_with_its_parent
from tests.edge.diagnostics.device import Device
from tests.edge.diagnostics.namespaces import ROOT, ROUTER, inside
from tests.free_port import free_port

CLOCK = SystemClock()


def until(condition: Callable[[], bool]) -> None:
    end = CLOCK.monotonic() + 60
    while not condition():
        assert CLOCK.monotonic() < end, "it never came to be"
        CLOCK.sleep(0.02)


@contextmanager
def running(device: Device) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "edge.cli", "diagnostics"],
        env={**os.environ, **device.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.DEVNULL,
        preexec_fn=dies_with_its_parent,
    )
    try:
        until(lambda: life(device.paths.diagnostics_socket) is Life.ANSWERS)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


@pytest.fixture
def device(tmp_path: Path) -> Device:
    made = Device(tmp_path, port=free_port())
    made.settle()
    return made


def listeners(port: int) -> set[str]:
    """The addresses somebody listens on at `port`, by the kernel's word."""
    found = set()
    for line in Path("/proc/self/net/tcp").read_text().splitlines()[1:]:
        local, state = line.split()[1], line.split()[3]
        address, _, number = local.partition(":")
        if state == "0A" and int(number, 16) == port:
            found.add(socket.inet_ntoa(bytes.fromhex(address)[::-1]))
    return found


def vizora(device: Device, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "edge.cli", "diagnostics", *words],
        env={**os.environ, **device.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_it_listens_to_this_machine_alone_and_tells_when_it_is_ready(device: Device) -> None:
    with running(device):
        with urllib.request.urlopen(f"http://127.0.0.1:{device.port}/") as answer:
            text = answer.read().decode()
        found = listeners(device.port)

    assert found == {"127.0.0.1"}
    assert "It is closed" in text


def test_opened_from_the_device_it_shows_a_number_and_closes_again(device: Device) -> None:
    with running(device):
        told = vizora(device, "open", "--minutes", "5")
        status = json.loads(device.paths.door_status.read_bytes())
        with urllib.request.urlopen(f"http://127.0.0.1:{device.port}/") as answer:
            text = answer.read().decode()
        answer_of_socket = ask(device.paths.diagnostics_socket, {"command": "open"})
        closed = vizora(device, "close")

    assert told.returncode == 0
    assert f"PIN: {status['pin']}" in told.stdout
    assert "number on the screen" in text
    assert "pin" not in answer_of_socket
    assert closed.stdout == "The page is closed.\n"
    assert not device.paths.door_status.exists()


def test_wrong_minutes_are_wrong_use(device: Device) -> None:
    assert vizora(device, "open", "--minutes", "60").returncode == 2
    assert vizora(device, "open").returncode == 1


def test_on_sigterm_it_ends_in_order(device: Device) -> None:
    with running(device) as process:
        ask(device.paths.diagnostics_socket, {"command": "open"})

    assert process.returncode == 0
    assert not device.paths.door_status.exists()
    assert not device.paths.diagnostics_socket.exists()


def test_another_machine_sees_no_port_until_it_is_opened_and_none_after_five_guesses(device: Device) -> None:
    """A port scan from another host's namespace."""
    scan = f"{sys.executable} -m tests.edge.diagnostics.port_scan {device.port} $peer {device.paths.diagnostics_socket}"
    command = ["sh", "-c", f"exec {scan}"]

    text = inside(ROUTER + "export peer\n", command, device.environ)

    assert json.loads(text) == [False, True, False]
