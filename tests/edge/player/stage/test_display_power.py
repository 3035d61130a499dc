import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from edge.player.control import Command
from edge.player.stage.display_power import CecSwitch, DisplayPower, Wish, X11Switch, switches
from tests.edge.player.rig import Library, Rig, playing
from tests.fakes.marker_clips import HEIGHT, WIDTH
from tests.fakes.xserver import free_number, xserver
from vizora.manifest.model import ContentType, PowerWindow

EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_a_command_holds_until_the_schedule_says_something_else() -> None:
    wish = Wish()
    said = [wish.wanted(True)]
    wish.command(False)
    said += [wish.wanted(True), wish.wanted(True), wish.wanted(False), wish.wanted(False), wish.wanted(True)]
    wish.command(False)
    said += [wish.wanted(True), wish.wanted(False), wish.wanted(True)]

    assert said == [True, False, False, False, False, True, False, False, True]


def test_a_television_is_told_by_cec() -> None:
    told: list[Sequence[str]] = []

    def run(command: Sequence[str]) -> bool:
        told.append(command)
        return True

    switch = CecSwitch(Path("/dev/cec1"), run)

    assert [switch.turn(False), switch.turn(True)] == [True, True]
    assert [(command[2], command[-1]) for command in told] == [
        ("/dev/cec1", "--standby"),
        ("/dev/cec1", "--image-view-on"),
    ]


def test_what_the_machine_has_is_used(tmp_path: Path) -> None:
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev/cec0").touch()

    def has(_: str) -> str:
        return "/usr/bin/cec-ctl"

    assert [one.name for one in switches("x11", tmp_path, has)] == ["cec", "dpms"]
    assert [one.name for one in switches("kmsdrm", tmp_path, has)] == ["cec"]
    assert switches("kmsdrm", tmp_path, lambda _: None) == []


@pytest.mark.parametrize("server", [True, False])
def test_an_x_server_is_asked_by_dpms(server: bool, tmp_path: Path) -> None:
    """Whether this Xvfb has a display to switch is its own affair; the answer is never an error."""
    number = free_number()
    if server:
        with xserver(tmp_path, number, (WIDTH, HEIGHT)):
            answers = [X11Switch({"DISPLAY": f":{number}"}).turn(on) for on in (False, True)]
        assert len(set(answers)) == 1
    else:
        assert X11Switch({"DISPLAY": f":{number}"}).turn(False) is False


class Slow:
    """A display that takes its time."""

    name = "slow"

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.done: list[bool] = []
        self.twice = threading.Event()

    def turn(self, on: bool) -> bool:
        self.begun.set()
        self.go_on.wait(60)
        self.done.append(on)
        if len(self.done) == 2:
            self.twice.set()
        return True


def test_the_newest_wish_counts_and_nobody_waits() -> None:
    slow = Slow()
    power = DisplayPower([slow])
    power.turn(False)
    slow.begun.wait(60)
    power.turn(True)
    power.turn(False)
    power.turn(True)
    slow.go_on.set()
    slow.twice.wait(60)
    power.close()

    assert slow.done == [False, True]


def publish(library: Library, stills: dict[int, bytes], power: tuple[PowerWindow, ...]) -> None:
    manifest = library.manifest((library.add(3, ContentType.IMAGE, stills[3]), 60_000))
    library.publish(replace(manifest, screen=replace(manifest.screen, power=power)))


def test_a_schedule_switches_the_display_off_and_on(library: Library, stills: dict[int, bytes]) -> None:
    """On until one minute past noon, and on again a minute later."""
    publish(
        library,
        stills,
        (
            PowerWindow(days=EVERY_DAY, on="11:00", off="12:01"),
            PowerWindow(days=EVERY_DAY, on="12:02", off="13:00"),
        ),
    )
    seen = []
    with playing(Rig(library)) as rig:
        rig.begin()
        for minute in (0, 1, 2):
            rig.virtual.set_by = NOON.replace(minute=minute) - NOON
            rig.settle()
            list(rig.ticks(2))
            document = rig.player.document()
            seen.append((rig.marker(), rig.is_black(), document["state"], document["display"]))
        plays = [play.completed for play in rig.plays]

    assert seen == [((3, 0), False, "playing", "on"), (None, True, "off", "dark"), ((3, 0), False, "playing", "on")]
    assert len(plays) == 1  # nobody sees what a dark display shows


def test_a_command_switches_it_too_and_the_status_says_so(library: Library, stills: dict[int, bytes]) -> None:
    publish(library, stills, ())
    with playing(Rig(library)) as rig:
        rig.begin()
        answers = [rig.player.command(Command("display", {"on": False}))]
        list(rig.ticks(2))
        dark = rig.is_black(), rig.player.document()["display"], rig.player.show.live_sources
        answers.append(rig.player.command(Command("display", {"on": True})))
        list(rig.ticks(5))
        lit = rig.marker(), rig.player.document()["display"]

    assert answers == [{"ok": True}, {"ok": True}]
    assert dark == (True, "dark", ())
    assert lit == ((3, 0), "on")


def test_a_volume_by_command_holds_until_the_manifest_has_another(library: Library, stills: dict[int, bytes]) -> None:
    manifest = library.manifest((library.add(3, ContentType.IMAGE, stills[3]), 60_000))
    library.publish(manifest)
    with playing(Rig(library)) as rig:
        rig.begin()
        answer = rig.player.command(Command("volume", {"volume": 30}))
        library.publish(replace(manifest, version=2))
        rig.look()
        kept = rig.player.show.volume
        library.publish(replace(manifest, version=3, screen=replace(manifest.screen, volume=55)))
        rig.look()

        assert answer == {"ok": True, "volume": 30}
        assert (kept, rig.player.show.volume) == (30, None)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("display", {}), ("display", {"on": "yes"}), ("volume", {"volume": 101}), ("volume", {"volume": True})],
)
def test_wrong_wishes_are_refused_with_what_is_allowed(
    name: str, arguments: dict[str, object], library: Library
) -> None:
    with playing(Rig(library)) as rig:
        answer = rig.player.command(Command(name, arguments))

    assert isinstance(answer, dict)
    assert answer["ok"] is False
    assert name in answer["error"]
