import pytest

from edge.player.stage.transitions import KINDS, Mix, mix
from vizora.manifest.model import Transition, TransitionKind

FADE = Transition(kind=TransitionKind.CROSSFADE, duration_ms=500)


@pytest.mark.parametrize(
    ("since_ms", "opacity"), [(-5.0, 0.0), (0.0, 0.0), (125.0, 0.15625), (250.0, 0.5), (499.9, pytest.approx(1.0))]
)
def test_a_crossfade_rises_from_nothing_to_all(since_ms: float, opacity: float) -> None:
    assert mix(FADE, since_ms) == Mix(opacity)


def test_it_is_over_at_its_end() -> None:
    assert mix(FADE, 500.0) is None


def test_a_slide_brings_the_picture_in_from_the_right() -> None:
    slide = Transition(kind=TransitionKind.SLIDE, duration_ms=500)

    assert mix(slide, 0.0) == Mix(shift=1.0)
    assert mix(slide, 250.0) == Mix(shift=0.5)
    assert mix(slide, 500.0) is None


def test_a_wipe_uncovers_it_from_the_left() -> None:
    wipe = Transition(kind=TransitionKind.WIPE, duration_ms=500)

    assert mix(wipe, 0.0) == Mix(seen=0.0)
    assert mix(wipe, 250.0) == Mix(seen=0.5)
    assert mix(wipe, 500.0) is None


def test_a_cut_has_no_in_between() -> None:
    assert mix(Transition(kind=TransitionKind.CUT, duration_ms=500), 10.0) is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_transition_without_length_cuts(kind: TransitionKind) -> None:
    assert mix(Transition(kind=kind), 0.0) is None
