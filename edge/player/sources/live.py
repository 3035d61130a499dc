"""Streams as sources: pictures that come by themselves, of which only the newest counts, and sound that says when.

A stream has no beginning, so the item's time has no say. One that ends, stops or can't be opened fails its source with
a reason; the zone holds its last picture meanwhile and opens it anew, waiting longer each time.
"""

import math
from collections.abc import Callable

from edge.player.sound.mixing import Sound
from edge.player.sound.streams import LiveSound
from edge.player.source import SourceState
from edge.player.sources.video import DecodedVideo
from edge.player.stage.pictures import Picture
from edge.player.workers.ring import Nonsense


class LiveVideo(DecodedVideo):
    """A `PictureSource` on a decoder child that plays a stream."""

    def open_stream(self, url: str) -> None:
        self._decoder = self._pool.take()
        self._sound = LiveSound(self._decoder.sound)
        self._decoder.play_stream(url)

    @property
    def sound(self) -> Sound | None:
        return None if self._decoder is None else self._sound

    def at(self, _t: float) -> Picture | None:
        return super().at(math.inf)

    def reached(self, _t: float) -> bool:
        """Nothing is owed: what isn't here yet is not late."""
        return True

    def due_in(self, _t: float) -> None:
        return None

    def state(self) -> SourceState:
        """Also lets go of older pictures and sound, so that one that waits for its turn comes in with the newest."""
        state = super().state()
        if self._decoder is not None:
            self._sound.read()
            try:
                self._decoder.ring.reached(math.inf)
            except Nonsense as error:
                self._fail(f"the decoder is not to be trusted: {error}")
                return SourceState.FAILED
        return state


class Shared:
    """One open stream, and its newest picture for all who look at it."""

    def __init__(self, source: LiveVideo) -> None:
        self.source = source
        self.views = 0
        self.count = 0
        self._picture: Picture | None = None

    def newest(self) -> Picture | None:
        """Valid until the next call, as every picture of a ring."""
        picture = self.source.at(0.0)
        if picture is not None:
            self._picture, self.count = picture, self.count + 1
        return self._picture


class Streams:
    """Opens each address once, however many zones and showings look at it: cameras have few places to give away."""

    def __init__(self, start: Callable[[str], LiveVideo]) -> None:
        self._start = start
        self._shared: dict[str, Shared] = {}

    def look(self, url: str) -> "StreamView":
        shared = self._shared.get(url)
        if shared is None or shared.source.state() is SourceState.FAILED:
            shared = self._shared[url] = Shared(self._start(url))
        shared.views += 1
        return StreamView(self, url, shared)

    def leave(self, url: str, shared: Shared) -> None:
        shared.views -= 1
        if not shared.views:
            shared.source.close()
            if self._shared.get(url) is shared:
                del self._shared[url]


class StreamView:
    """A `PictureSource` on a stream that others may look at too."""

    def __init__(self, streams: Streams, url: str, shared: Shared) -> None:
        self._streams = streams
        self._url = url
        self._shared = shared
        self._seen = 0
        self._closed = False

    @property
    def pid(self) -> int | None:
        return self._shared.source.pid

    @property
    def announcing(self) -> int | None:
        return self._shared.source.announcing

    @property
    def reason(self) -> str:
        return self._shared.source.reason

    @property
    def sound(self) -> Sound | None:
        return None if self._closed else self._shared.source.sound

    def ready(self) -> bool:
        return not self._closed and self._shared.source.ready()

    def at(self, _t: float) -> Picture | None:
        if self._closed:
            return None
        picture = self._shared.newest()
        if self._seen == self._shared.count:
            return None
        self._seen = self._shared.count
        return picture

    def reached(self, t: float) -> bool:
        return self._shared.source.reached(t)

    def due_in(self, _t: float) -> None:
        return None

    def moving(self) -> bool:
        return not self._closed and self._shared.source.moving()

    def state(self) -> SourceState:
        return self._shared.source.state()

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._streams.leave(self._url, self._shared)
