"""Streams as sources: pictures that come by themselves, of which only the newest counts.

A stream has no beginning, so the item's time has no say. One that ends, stops or can't be opened fails its source with
a reason; the zone holds its last picture meanwhile and opens it anew, waiting longer each time.
"""

import math

from edge.player.pictures import Picture
from edge.player.ring import Nonsense
from edge.player.source import SourceState
from edge.player.video import DecodedVideo


class LiveVideo(DecodedVideo):
    """A `PictureSource` on a decoder child that plays a stream."""

    def open_stream(self, url: str) -> None:
        self._decoder = self._pool.take()
        self._decoder.play_stream(url)

    @property
    def sound(self) -> None:
        return None

    def at(self, _t: float) -> Picture | None:
        return super().at(math.inf)

    def reached(self, _t: float) -> bool:
        """Nothing is owed: what isn't here yet is not late."""
        return True

    def state(self) -> SourceState:
        """Also lets go of older pictures, so that one that waits for its turn comes in with the newest."""
        state = super().state()
        if self._decoder is not None:
            try:
                self._decoder.ring.reached(math.inf)
            except Nonsense as error:
                self._fail(f"the decoder is not to be trusted: {error}")
                return SourceState.FAILED
        return state
