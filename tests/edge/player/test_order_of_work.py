"""What is done on the tick that changes the item: first the picture, then everything else."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest

from edge.player.show.sequencer import Coming, Sequencer
from edge.player.show.show import Show
from edge.player.sources.video import Decoder
from edge.player.stage.scene import Scene
from tests.edge.player.rig import Library, Rig, playing
from vizora.manifest.model import ContentType

SECOND = 60
Bytes = dict[int, bytes]


class Work:
    """Notes in which order things are done."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def decoder(self) -> Decoder:
        work = self

        class Noted(Decoder):
            def __init__(self) -> None:
                work.done.append("a child begins")
                super().__init__()

            def end(self) -> str:
                work.done.append("a child ends")
                return super().end()

        return Noted()

    def sequencer(self, sequencer: Sequencer) -> Sequencer:
        work = self

        class Noted(Sequencer):
            def coming(self, *given: Any) -> tuple[Coming, ...]:
                work.done.append("looks ahead")
                return super().coming(*given)

        return Noted(sequencer.plan, sequencer.manifest)


@contextmanager
def films(library: Library, clips: Bytes, work: Work) -> Iterator[Rig]:
    library.publish(library.manifest(*((library.add(n, ContentType.VIDEO, clips[n], 1000), 1000) for n in (1, 2))))
    with playing(Rig(library, start_decoder=work.decoder, alter=work.sequencer)) as rig:
        present = rig.stage.present

        def noted(scene: Scene) -> None:
            present(scene)
            work.done.append("the picture is shown")

        rig.stage.present = noted  # type: ignore[method-assign]
        rig.begin()
        yield rig


def on_the_changing_tick(library: Library, clips: Bytes) -> list[str]:
    work = Work()
    with films(library, clips, work) as rig:
        list(rig.ticks(SECOND - 1))
        work.done.clear()
        list(rig.ticks(1))
        assert rig.marker() == (2, 0)
        return list(work.done)


def test_the_picture_of_a_change_is_shown_before_children_end_and_before_anything_is_looked_up(
    library: Library, clips: Bytes
) -> None:
    assert on_the_changing_tick(library, clips) == ["the picture is shown", "looks ahead", "a child ends"]


def test_a_player_that_tidies_up_before_it_shows_is_caught(
    library: Library, clips: Bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = Show.step

    def tidying(show: Show, now: datetime, mono: float, *rest: Any) -> Scene:
        scene = step(show, now, mono, *rest)
        show.prepare(now, mono)
        return scene

    monkeypatch.setattr(Show, "step", tidying)

    assert on_the_changing_tick(library, clips)[-1] == "the picture is shown"


def test_the_next_child_begins_on_a_tick_of_its_own(library: Library, clips: Bytes) -> None:
    work = Work()
    with films(library, clips, work) as rig:
        list(rig.ticks(SECOND))
        work.done.clear()
        list(rig.ticks(1))

        assert "a child begins" in work.done
        assert "a child ends" not in work.done


def test_the_pause_ends_where_the_next_picture_or_the_next_item_is_due(library: Library, clips: Bytes) -> None:
    with films(library, clips, Work()) as rig:
        list(rig.ticks(1))
        rig.virtual.sleep(0.004)  # a tick that fell beside the beat
        rig.wait()
        rig.player.tick()
        begun = rig.clock.monotonic()
        picture = rig.player.next_tick(begun) - begun
        rig.virtual.sleep(0.970)
        rig.wait()
        rig.player.tick()
        begun = rig.clock.monotonic()
        item = rig.player.next_tick(begun) - begun

    assert picture == pytest.approx(2 / 60 - 1 / 60 - 0.004, abs=1e-3)
    assert item == pytest.approx(1.0 - 1 / 60 - 0.974, abs=1e-3)


def test_while_a_picture_is_held_the_beat_goes_on(library: Library, clips: Bytes) -> None:
    """The film that is over has further pictures waiting; they are nobody's business."""
    long, never = (library.add(n, ContentType.VIDEO, clips[n], 4000) for n in (8, 2))
    library.publish(library.manifest((long, 1000), (never, 1000)))
    hung: set[int] = set()

    def only_the_first_works() -> Decoder:
        decoder = Decoder()
        if len(made) > 0:
            os.kill(decoder.process.pid, signal.SIGSTOP)
            hung.add(decoder.process.pid)
        made.append(decoder)
        return decoder

    made: list[Decoder] = []
    with playing(Rig(library, start_decoder=only_the_first_works, hung=hung)) as rig:
        rig.begin()
        list(rig.ticks(SECOND + 10))
        begun = rig.clock.monotonic()

        assert rig.player.show.late
        assert made[0].ring.pending
        assert rig.player.next_tick(begun) - begun == pytest.approx(1 / 60)
