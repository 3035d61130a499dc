"""Whether the player is alive as somebody in front of the screen means it. Pure.

A frame that was presented is no proof: a player whose film stands still presents the same one for ever. So a sign of
life is a presented frame while nothing that should move stands still for longer than `STANDSTILL`.
"""

STANDSTILL = 8.0
"""Seconds; longer than any picture is held on purpose."""


class Pulse:
    def __init__(self) -> None:
        self._moved_at: float | None = None

    def beats(self, *, presented: bool, changed: bool, owing: bool, mono: float) -> bool:
        """`changed`: the frame shows another picture than the one before; `owing`: a picture in front is overdue."""
        if changed or not owing or self._moved_at is None:
            self._moved_at = mono
        return presented and mono - self._moved_at < STANDSTILL
