import pytest

from edge.player.transitions import Mix, mix
from vizora.manifest.model import Transition, TransitionKind

FADE = Transition(kind=TransitionKind.CROSSFADE, duration_ms=500)


@pytest.mark.parametrize(
    ("since_ms", "opacity"), [(-5.0, 0.0), (0.0, 0.0), (125.0, 0.15625), (250.0, 0.5), (499.9, pytest.approx(1.0))]
)
def test_a_crossfade_rises_from_nothing_to_all(since_ms: float, opacity: float) -> None:
    assert mix(FADE, since_ms) == Mix(opacity)


def test_it_is_over_at_its_end() -> None:
    assert mix(FADE, 500.0) is None


@pytest.mark.parametrize("kind", [TransitionKind.CUT, TransitionKind.SLIDE, TransitionKind.WIPE])
def test_what_is_not_known_yet_cuts(kind: TransitionKind) -> None:
    assert mix(Transition(kind=kind, duration_ms=500), 10.0) is None


def test_a_crossfade_without_length_cuts() -> None:
    assert mix(Transition(kind=TransitionKind.CROSSFADE), 0.0) is None
