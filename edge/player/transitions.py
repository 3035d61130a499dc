"""How one picture gives way to the next. A kind is a function from progress (0..1) to a mix; unknown ones cut."""

from collections.abc import Callable
from typing import NamedTuple

from vizora.manifest.model import Transition, TransitionKind


class Mix(NamedTuple):
    """How strongly the incoming picture lies over the outgoing one, 0..1. Kinds that move pictures add their fields."""

    opacity: float


def _crossfade(progress: float) -> Mix:
    return Mix(progress * progress * (3 - 2 * progress))


KINDS: dict[TransitionKind, Callable[[float], Mix]] = {TransitionKind.CROSSFADE: _crossfade}


def mix(transition: Transition, since_ms: float) -> Mix | None:
    """The mix `since_ms` after the item came in; None once only the incoming picture is to be seen."""
    kind = KINDS.get(transition.kind)
    if kind is None or transition.duration_ms <= 0 or since_ms >= transition.duration_ms:
        return None
    return kind(max(0.0, since_ms) / transition.duration_ms)
