import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from edge.player.control import Command, ControlSocket
from edge.player.following import Follower
from edge.player.keys import ask_aside
from edge.status import DoorStatus
from tests.edge.player.rig import START, Library, Rig, playing
from vizora.manifest.model import ContentType


@contextmanager
def answering(path: Path, answer: Callable[[Command], Any]) -> Iterator[None]:
    """A loop that carries commands out, as the stage's does."""
    control, ending = ControlSocket(path), threading.Event()

    def loop() -> None:
        while not ending.wait(0.005):
            for command in control.commands():
                command.answer.set_result(answer(command))

    thread = threading.Thread(target=loop)
    thread.start()
    try:
        yield
    finally:
        ending.set()
        thread.join()
        control.close()


def ask(path: Path, *lines: bytes) -> list[dict[str, Any]]:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))
        client.settimeout(20)
        client.sendall(b"".join(line + b"\n" for line in lines))
        client.shutdown(socket.SHUT_WR)
        return [json.loads(line) for line in client.makefile("rb")]


def test_each_line_gets_one_answer(tmp_path: Path) -> None:
    path = tmp_path / "player.sock"
    with answering(path, lambda command: {"ok": True, "said": command.name}):
        answers = ask(path, b'{"command":"one"}', b'{"command":"two"}')

    assert [answer["said"] for answer in answers] == ["one", "two"]


def test_rubbish_is_answered_and_costs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "player.sock"
    with answering(path, lambda _: {"ok": True}):
        answers = ask(path, b"hello", b"[]", b"{}", b'{"command":"fine"}')

    assert [answer["ok"] for answer in answers] == [False, False, False, True]


def test_what_is_left_to_do_runs_off_the_loop_and_its_fault_is_told(tmp_path: Path) -> None:
    path = tmp_path / "player.sock"

    def finish() -> dict[str, Any]:
        raise FileNotFoundError(2, "No such file or directory", "/nowhere/x.png")

    with answering(path, lambda _: finish):
        (answer,) = ask(path, b'{"command":"screenshot"}')

    assert answer == {"ok": False, "error": "/nowhere/x.png: No such file or directory"}


def test_a_screenshot_is_what_is_on_the_glass(library: Library, stills: dict[int, bytes], tmp_path: Path) -> None:
    from PIL import Image

    still = library.add(3, ContentType.IMAGE, stills[3])
    library.publish(library.manifest((still, 1000)))
    file = tmp_path / "shot.png"
    with playing(Rig(library)) as rig:
        rig.begin()
        finish = rig.player.command(Command("screenshot", {"file": str(file)}))
        assert callable(finish)
        answer = finish()

    assert answer == {"ok": True, "file": str(file), "width": 768, "height": 432}
    with Image.open(file) as image:
        assert image.convert("RGB").getpixel((400, 300)) == (70, 90, 55)


def test_a_restart_is_answered_before_the_player_ends(tmp_path: Path) -> None:
    path, ended = tmp_path / "player.sock", threading.Event()
    control = ControlSocket(path, ended.set)
    answers = ask(path, b'{"command":"restart"}')
    has_ended = ended.wait(20)
    control.close()

    assert answers == [{"ok": True, "ending": True}]
    assert has_ended


def test_wrong_commands_are_named(library: Library) -> None:
    with playing(Rig(library)) as rig:
        answers = [
            rig.player.command(Command("dance", {})),
            rig.player.command(Command("screenshot", {"file": "relative.png"})),
            rig.player.command(Command("identify", {"seconds": -1})),
        ]

    assert all(isinstance(answer, dict) and answer["ok"] is False and answer["error"] for answer in answers)


def test_identify_lays_a_badge_over_the_picture_and_takes_it_away(library: Library, stills: dict[int, bytes]) -> None:
    still = library.add(3, ContentType.IMAGE, stills[3])
    library.publish(library.manifest((still, 1000)))
    with playing(Rig(library)) as rig:
        rig.begin()
        rig.player.command(Command("identify", {"seconds": 1}))
        during = [rig.colour(384, 370) for _ in rig.ticks(30)]
        after = [rig.colour(384, 370) for _ in rig.ticks(60)]

    assert (70, 90, 55) not in during
    assert after[-1] == (70, 90, 55)


def test_what_became_of_a_stick_lies_over_the_picture_for_a_while(library: Library, stills: dict[int, bytes]) -> None:
    still = library.add(3, ContentType.IMAGE, stills[3])
    library.publish(library.manifest((still, 1000)))
    with playing(Rig(library)) as rig:
        rig.begin()
        outlook = Follower(library.paths, rig.clock.now).look()
        rig.player.follow(replace(outlook, stick=("2 files from the stick", "It plays now. You can pull the stick.")))
        during = [rig.colour(384, 370) for _ in rig.ticks(30)]
        rig.player.follow(outlook)
        after = [rig.colour(384, 370) for _ in rig.ticks(60)]

    assert (70, 90, 55) not in during
    assert after[-1] == (70, 90, 55)


def test_while_the_diagnostics_page_is_open_the_screen_shows_its_number(
    library: Library, stills: dict[int, bytes]
) -> None:
    still = library.add(3, ContentType.IMAGE, stills[3])
    library.publish(library.manifest((still, 1000)))
    door = DoorStatus(START, "12345678", ("http://192.0.2.1:8088",), START + timedelta(minutes=30))
    with playing(Rig(library)) as rig:
        rig.begin()
        outlook = Follower(library.paths, rig.clock.now).look()
        rig.player.follow(replace(outlook, door=door))
        during = [rig.colour(384, 370) for _ in rig.ticks(30)]
        rig.player.follow(replace(outlook, door=None))
        after = [rig.colour(384, 370) for _ in rig.ticks(60)]

    assert (70, 90, 55) not in during
    assert after[-1] == (70, 90, 55)


def test_the_support_key_asks_the_diagnostics_service_and_waits_for_nobody(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(tmp_path / "diagnostics.sock"))
        listener.listen()
        listener.settimeout(60)
        ask_aside(tmp_path / "diagnostics.sock", "open")
        line, _ = listener.accept()
        with line:
            asked = line.recv(100)

    assert json.loads(asked) == {"command": "open"}
