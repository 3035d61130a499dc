"""One item on its way to the glass or on it: its slot, its source, and the newest picture as a texture."""

from datetime import datetime
from typing import Protocol

from edge.player.show.sequencer import Slot
from edge.player.source import PictureSource, SourceState
from edge.player.stage.pictures import Picture, Planes
from edge.player.stage.scene import Texture
from vizora.errors import HardwareError

HOLD = 2.0
"""Seconds the last picture is held for an item that isn't ready, or for a source that has fallen silent."""
BACK, AHEAD = 0.1, 2.0
"""Seconds by which the clock may jump and a film still goes on by itself."""


class Textures(Protocol):
    def texture(self, picture: Picture) -> Texture: ...


class Live:
    """A slot with its source and the texture of its newest picture."""

    def __init__(self, slot: Slot, source: PictureSource, mono: float) -> None:
        self.slot = slot
        self.source = source
        self.texture: Texture | None = None
        self.revision = 0
        self.broken = False
        self.fine_at = mono
        self.film = False
        """Its pictures come in their own size, one after the other; a still comes in the size of its box."""
        self._fault = ""
        self._t: float | None = None

    def take(self, t: float, textures: Textures) -> None:
        """Takes over the picture due at `t`, if there is a new one."""
        picture = self.source.at(t)
        self._t = t
        if picture is None:
            return
        self.film = isinstance(picture, Planes)
        try:
            self.texture = textures.texture(picture) if self.texture is None else self.texture.update(picture)
        except HardwareError as error:
            self._fault = str(error)
        self.revision += 1

    @property
    def failure(self) -> str:
        """Why it can't go on; empty while it can."""
        return self._fault or (self.source.reason if self.source.state() is SourceState.FAILED else "")

    def jumped(self, t: float) -> bool:
        """Whether the clock was set, so that a film's pictures for `t` are not the next ones it delivers."""
        return self.film and self._t is not None and not -BACK < t - self._t < AHEAD

    def silent(self, t: float, mono: float) -> bool:
        """Whether its source has owed pictures for too long."""
        if self.source.reached(t):
            self.fine_at = mono
        return mono - self.fine_at > HOLD

    def owes(self, now: datetime) -> bool:
        """Whether it has yet to deliver its first picture or one up to `now`. One that failed owes nothing."""
        if self.source.state() is SourceState.FAILED:
            return False
        return not self.source.ready() or not self.source.reached(self.slot.offset(now))

    def freeze(self) -> None:
        """Its last picture stays; nothing more comes."""
        self.source.close()

    def drop(self) -> None:
        self.source.close()
        if self.texture is not None:
            self.texture.free()
            self.texture = None
