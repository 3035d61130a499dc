"""How one picture gives way to the next. A kind is a function from progress (0..1) to a mix; a cut has none."""

from collections.abc import Callable
from typing import NamedTuple

from vizora.manifest.model import Transition, TransitionKind


class Mix(NamedTuple):
    """How the incoming picture lies over the outgoing one. Lengths are shares of the zone's width."""

    opacity: float = 1.0
    shift: float = 0.0
    """How far to the right of its place the incoming picture still is; the outgoing one is pushed before it."""
    seen: float = 1.0
    """How much of the zone, from the left, the incoming picture covers."""


def _crossfade(progress: float) -> Mix:
    return Mix(opacity=_eased(progress))


def _slide(progress: float) -> Mix:
    return Mix(shift=1 - _eased(progress))


def _wipe(progress: float) -> Mix:
    return Mix(seen=_eased(progress))


def _eased(progress: float) -> float:
    return progress * progress * (3 - 2 * progress)


KINDS: dict[TransitionKind, Callable[[float], Mix]] = {
    TransitionKind.CROSSFADE: _crossfade,
    TransitionKind.SLIDE: _slide,
    TransitionKind.WIPE: _wipe,
}


def mix(transition: Transition, since_ms: float) -> Mix | None:
    """The mix `since_ms` after the item came in; None once only the incoming picture is to be seen."""
    kind = KINDS.get(transition.kind)
    if kind is None or transition.duration_ms <= 0 or since_ms >= transition.duration_ms:
        return None
    return kind(max(0.0, since_ms) / transition.duration_ms)
