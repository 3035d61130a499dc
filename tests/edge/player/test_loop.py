"""The loop around the ticks: the display that goes away, the glass that can't be helped, systemd's watchdog."""

from collections.abc import Iterator

import pytest

from edge.player.following import Follower
from edge.player.journal import Journal, JournalWriter
from edge.player.loop import FAULTS_ALLOWED, LOOK_FOR_DISPLAY, Loop
from edge.player.sound.speaker import SdlSpeaker
from edge.player.stage.pixel_watch import Remedy
from edge.player.watch import Watch
from edge.sdnotify import Notifier
from tests.edge.player.rig import Library, Rig, playing
from vizora.errors import HardwareError
from vizora.identifiers import BootId
from vizora.manifest.model import ContentType


class Told(Notifier):
    """Keeps what systemd would have heard."""

    def __init__(self) -> None:
        super().__init__({})
        self.said: list[str] = []

    def _send(self, message: str) -> None:
        self.said.append(message)


class Ticks:
    """Asks the loop to end after so many ticks, and lets the children deliver before each."""

    def __init__(self, rig: Rig, count: int) -> None:
        self._rig, self._left = rig, count

    @property
    def asked(self) -> bool:
        self._left -= 1
        self._rig.wait()
        return self._left < 0


@pytest.fixture
def rig(library: Library, stills: dict[int, bytes]) -> Iterator[Rig]:
    library.publish(library.manifest((library.add(3, ContentType.IMAGE, stills[3]), 600_000)))
    with playing(Rig(library)) as rig:
        rig.begin()
        yield rig


class House:
    """A loop around a rig's player."""

    def __init__(self, rig: Rig, ticks: int) -> None:
        self.said: list[str] = []
        self.notifier = Told()
        paths = rig.library.paths
        self._watch = Watch(Follower(paths, rig.clock.now), ())
        self._journal = JournalWriter(Journal(paths.plays, BootId("boot")), rig.clock, 1000)
        self.loop = Loop(
            player=rig.player,
            watch=self._watch,
            control=None,
            journal=self._journal,
            speaker=SdlSpeaker(),
            clock=rig.clock,
            notifier=self.notifier,
            ending=Ticks(rig, ticks),
            say_no_display=self.said.append,
        )

    def run(self) -> None:
        try:
            self.loop.run()
        finally:
            self._watch.close()
            self._journal.close()


def test_it_tells_systemd_that_it_is_ready_and_then_that_it_lives(rig: Rig) -> None:
    house = House(rig, 40)
    house.run()

    assert house.notifier.said[:2] == ["READY=1", "WATCHDOG=1"]
    assert set(house.notifier.said[1:]) == {"WATCHDOG=1"}


def test_a_display_that_goes_away_is_waited_for_and_drawn_on_again(rig: Rig) -> None:
    house, reopen, tries = House(rig, 60), rig.stage.reopen, [0]

    def missing_twice() -> None:
        tries[0] += 1
        if tries[0] < 3:
            rig.stage.close()
            raise HardwareError(f"no display answers, {tries[0]}")
        reopen()

    rig.stage.is_outdated = lambda: tries[0] == 0  # type: ignore[method-assign]
    rig.stage.reopen = missing_twice  # type: ignore[method-assign]
    before = rig.clock.monotonic()
    house.run()

    assert house.said == ["no display answers, 1", "no display answers, 2"]
    assert rig.clock.monotonic() - before >= 2 * LOOK_FOR_DISPLAY
    assert rig.marker() == (3, 0)


def test_a_glass_that_nothing_helps_ends_the_process_for_systemd(rig: Rig) -> None:
    rig.player.look_at_the_glass = lambda: Remedy.END  # type: ignore[method-assign]

    with pytest.raises(SystemExit) as ended:
        House(rig, 10).run()

    assert ended.value.code == 1


def test_a_tick_that_fails_costs_a_tick_and_too_many_end_it(rig: Rig, capsys: pytest.CaptureFixture[str]) -> None:
    tick, faults = rig.player.tick, [0]

    def failing_at_first() -> bool:
        faults[0] += 1
        if faults[0] < FAULTS_ALLOWED:
            raise ValueError("a fault of ours")
        return tick()

    rig.player.tick = failing_at_first  # type: ignore[method-assign]
    house = House(rig, FAULTS_ALLOWED + 5)
    house.run()
    lived = "WATCHDOG=1" in house.notifier.said
    faults[0] = -1000
    with pytest.raises(ValueError, match="a fault of ours"):
        House(rig, 2000).run()

    assert lived
    assert "a fault of ours" in capsys.readouterr().err
