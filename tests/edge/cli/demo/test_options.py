import socket
from pathlib import Path

import pytest

from edge.cli.demo.options import free_port, parse
from tests import free_port as ports
from vizora.errors import OperatorError


def parsed(data: Path, *arguments: str, **environ: str) -> object:
    return parse(["--data", str(data), *arguments], environ)


def test_a_machine_without_a_display_is_headless(tmp_path: Path) -> None:
    assert parse(["--data", str(tmp_path)], {}).headless
    assert not parse(["--data", str(tmp_path)], {"DISPLAY": ":0"}).headless
    assert not parse(["--data", str(tmp_path)], {"WAYLAND_DISPLAY": "wayland-0"}).headless
    assert parse(["--data", str(tmp_path), "--headless"], {"DISPLAY": ":0"}).headless


def test_a_taken_port_that_was_asked_for_is_named_and_not_replaced(tmp_path: Path) -> None:
    with socket.socket() as other:
        port = ports.free_port()
        other.bind(("127.0.0.1", port))
        other.listen()

        with pytest.raises(OperatorError, match=f"--port {port}: another program"):
            parsed(tmp_path, "--port", str(port))


def test_without_a_wish_the_next_free_port_is_found() -> None:
    with socket.socket() as other:
        taken = ports.free_port()
        other.bind(("127.0.0.1", taken))
        other.listen()

        assert free_port(None, usual=taken) > taken


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--port", "0"], "--port 0: must be from 1 to 65535"),
        (["--port", "70000"], "--port 70000: must be"),
        (["--seconds", "0"], "--seconds 0: must be more than 0"),
        (["--content", "/nowhere"], "--content /nowhere: not a folder"),
        (["--screenshot", "/nowhere/a.png"], "--screenshot /nowhere/a.png: its folder"),
    ],
)
def test_a_wrong_setting_is_named_with_what_is_allowed(tmp_path: Path, arguments: list[str], said: str) -> None:
    with pytest.raises(OperatorError, match=said):
        parsed(tmp_path, *arguments)


def test_a_data_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("mine")

    with pytest.raises(OperatorError, match=r"data folder .*file: .*--data"):
        parse(["--data", str(file)], {})

    assert file.read_text() == "mine"
