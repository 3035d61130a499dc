"""A player that crashes again and again, start by start: what it shows, says and writes."""

from collections.abc import Collection
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest

from edge.player import safe_mode as module
from edge.player.cards.cards import Stuck
from edge.player.safe_mode import SafeMode
from edge.player.show.sequencer import Slot
from edge.player.starts import LASTS, SHORTEST_STAY, STARTS, Start
from edge.status import LEFT_OUT, SAFE_MODE
from tests.edge.player.rig import Library, Rig, playing
from tests.fakes.clock import FakeClock
from vizora.identifiers import ContentId
from vizora.manifest.model import ContentType

NUMBERS = (3, 4, 6)
EACH = 60
"""Ticks that each of them is shown."""


class Crash(Exception):
    """Stands for the end of the process."""


@dataclass
class Machine:
    """On which a player is started whenever it has ended."""

    library: Library
    stills: dict[int, bytes]
    clock: FakeClock = field(default_factory=FakeClock)
    boot: str = "boot"
    poison: Collection[ContentId] = ()
    """What ends the player when it is opened."""

    def __post_init__(self) -> None:
        self.contents = {n: self.library.add(n, ContentType.IMAGE, self.stills[n]) for n in NUMBERS}
        self.publish(1)

    def publish(self, version: int) -> None:
        items = ((content, 1000) for content in self.contents.values())
        self.library.publish(self.library.manifest(*items, version=version))

    def start(self, stack: ExitStack) -> tuple[Rig, SafeMode]:
        self.clock.pass_time(5)
        safe = SafeMode(self.library.paths)
        safe.begin(Start(self.boot, self.clock.monotonic()))

        def opening(slot: Slot) -> None:
            safe.trail.opening(slot)
            if slot.answer.content_id in self.poison:
                raise Crash

        return stack.enter_context(playing(Rig(self.library, safe_mode=safe, opening=opening))), safe

    def shown(self) -> set[int] | None:
        """Of one start, through all items; None when it crashed. The card counts as 0; black is none of them."""
        with ExitStack() as stack:
            rig, safe = self.start(stack)
            seen = set()
            try:
                rig.begin()
                for _ in rig.ticks(len(NUMBERS) * EACH):
                    marker = rig.marker()
                    seen.add(marker[0] if marker else 0)
                    assert not rig.is_black()
            except Crash:
                return None
            safe.end()
            return seen

    def crash(self, times: int) -> None:
        assert [self.shown() for _ in range(times)] == [None] * times

    def crash_until_it_stays(self) -> None:
        assert any(self.shown() is not None for _ in range(3 * STARTS))

    def live(self, safe: SafeMode, seconds: float) -> None:
        """Signs of life all the time, and looks at them."""
        until = self.clock.monotonic() + seconds
        while self.clock.monotonic() < until:
            self.clock.pass_time(10)
            safe.lives(self.clock.monotonic())
        safe.look()


@pytest.fixture
def machine(library: Library, stills: dict[int, bytes]) -> Machine:
    return Machine(library, stills)


def test_an_item_that_ends_the_player_at_each_start_is_left_out_and_the_others_play(machine: Machine) -> None:
    machine.poison = {machine.contents[4]}

    machine.crash(STARTS)
    seen = machine.shown()

    assert seen is not None
    assert 6 in seen
    assert 4 not in seen
    assert machine.shown() == seen  # a restart in order changes nothing


@pytest.mark.parametrize("forgets", ["starts", "what was open"])
def test_a_player_that_remembers_nothing_of_its_starts_is_caught(
    machine: Machine, forgets: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken twins: one crashes for ever, the other one shows nothing of what it could."""
    machine.poison = {machine.contents[4]}
    if forgets == "starts":
        monkeypatch.setattr(SafeMode, "_keep", lambda safe, found: setattr(safe, "_starts", found))
    else:
        monkeypatch.setattr(module.Trail, "left", lambda _: ())

    machine.crash(STARTS)

    assert machine.shown() == (None if forgets == "starts" else {0})


def test_where_leaving_out_does_not_help_a_card_is_shown_alone_and_the_programme_is_not_even_read(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.poison = set(machine.contents.values())
    machine.crash_until_it_stays()
    read: list[bytes] = []
    monkeypatch.setattr("edge.player.following.codec.decode", read.append)

    with ExitStack() as stack:
        rig, _ = machine.start(stack)
        outlook = rig.look()
        rig.settle()

        assert isinstance(outlook.card(rig.clock.now()), Stuck)
        assert outlook.problem is not None
        assert outlook.problem.code == SAFE_MODE
        assert not rig.is_black()
        assert read == []


def test_what_is_left_out_is_said(machine: Machine) -> None:
    machine.poison = {machine.contents[4]}
    machine.crash(STARTS)

    with ExitStack() as stack:
        rig, _ = machine.start(stack)
        rig.begin()
        status: dict[str, Any] = rig.player.document()

    assert status["problem"]["code"] == SAFE_MODE
    assert "“content 4”" in status["problem"]["sentence"]
    assert status["unplayable"][machine.contents[4]] == LEFT_OUT


@pytest.mark.parametrize("is_plain", [True, False])
def test_a_new_programme_is_tried_in_full_at_once(machine: Machine, is_plain: bool) -> None:
    machine.poison = set(machine.contents.values()) if is_plain else {machine.contents[4]}
    machine.crash_until_it_stays()
    machine.poison = ()

    with ExitStack() as stack:
        rig, safe = machine.start(stack)
        safe_before = (safe.is_plain, rig.look().problem is not None)
        machine.publish(2)
        after = rig.look()

    assert safe_before == (is_plain, True)
    assert (safe.is_plain, after.problem, after.missing) == (False, None, {})
    assert machine.shown() == set(NUMBERS)


@pytest.mark.parametrize("is_plain", [True, False])
def test_after_a_stretch_of_life_everything_is_tried_again(machine: Machine, is_plain: bool) -> None:
    machine.poison = set(machine.contents.values()) if is_plain else {machine.contents[4]}
    machine.crash_until_it_stays()
    machine.poison = ()

    with ExitStack() as stack:
        rig, safe = machine.start(stack)
        machine.live(safe, SHORTEST_STAY - 60)
        before = rig.look().problem
        machine.live(safe, 120)
        after = rig.look()

    assert before is not None
    assert (after.problem, after.missing, after.sequencer is not None) == (None, {}, True)
    assert machine.shown() == set(NUMBERS)


def test_silence_is_no_life(machine: Machine) -> None:
    machine.poison = {machine.contents[4]}
    machine.crash(STARTS)

    with ExitStack() as stack:
        rig, safe = machine.start(stack)
        safe.lives(machine.clock.monotonic())
        machine.clock.pass_time(2 * SHORTEST_STAY)
        safe.lives(machine.clock.monotonic())

        assert rig.look().problem is not None


def test_a_day_on_which_nothing_crashes_writes_two_small_files(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = []
    monkeypatch.setattr(module, "write_durably", lambda path, data: written.append(len(data)))
    with ExitStack() as stack:
        _, safe = machine.start(stack)
        for _ in range(24):
            machine.live(safe, 3600)
        safe.end()

    assert len(written) == 2
    assert max(written) < 4096
    assert LASTS < 3600


@pytest.mark.parametrize("damage", [b"", b'{"crashed":3}', b"\0" * 4096])
def test_a_damaged_file_of_starts_is_begun_anew(machine: Machine, damage: bytes) -> None:
    machine.library.paths.starts.parent.mkdir(parents=True, exist_ok=True)
    machine.library.paths.starts.write_bytes(damage)

    assert machine.shown() == set(NUMBERS)


def test_where_nothing_can_be_written_it_plays(machine: Machine) -> None:
    machine.library.paths.starts.parent.parent.mkdir(parents=True, exist_ok=True)
    machine.library.paths.starts.parent.write_bytes(b"a file where the folder should be")

    assert machine.shown() == set(NUMBERS)
