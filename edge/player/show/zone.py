"""One zone of the screen: what is in front, what comes next, and what is held while it isn't there yet.

A picture is swapped in only when it is in memory. Until then the last one stays; after `HOLD` seconds the item
sits out the rest of its time, so that the evaluator names another. Black is never a state.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from edge.player.show.live import HOLD, Live, Textures
from edge.player.show.sequencer import Slot
from edge.player.show.setbacks import Setbacks
from edge.player.sound.mixing import Heard
from edge.player.source import PictureSource
from edge.player.stage.geometry import Rect, bars, place
from edge.player.stage.scene import Layer
from edge.player.stage.transitions import Mix, mix
from vizora.manifest.model import ContentType, Fit, Transition

FIRST_HOLD = 10.0
"""The same when nothing was shown yet: a cold start takes longer, and there is nothing to hold. After each failure it
is twice as long: a machine that needs twenty seconds for a picture shows it all the same."""
MOST_DOUBLED = 4
NETWORK_HOLD = 8.0
"""The same for what comes over a network: a stream or page that was cut off may be back by then."""
AGAIN = timedelta(seconds=15)
"""How long what comes over a network and failed sits out, before it is tried again."""
LATE_AGAIN = timedelta(seconds=60)
"""The same for a file that was only late: a machine that had too much to do may have less by then."""
CUT = Transition()

Key = tuple[object, ...]


class Sources(Protocol):
    def open(self, slot: Slot, box: Rect, background: str, start: float) -> PictureSource:
        """A source for the slot's content, to be shown in `box` from `start` seconds on. Never blocks, never raises."""


class ZonePlayer:
    def __init__(self, box: Rect, background: str, sources: Sources, textures: Textures, setbacks: Setbacks) -> None:
        self.box = box
        self._background = background
        self._sources = sources
        self._textures = textures
        self._setbacks = setbacks
        self._front: Live | None = None
        self._behind: Live | None = None
        self._coming: dict[Key, Live] = {}
        self._transition = CUT
        self._since: datetime | None = None
        self._late_since: float | None = None
        self._due: Key | None = None
        self._now = datetime.min.replace(tzinfo=UTC)

    @property
    def slot(self) -> Slot | None:
        """The showing whose picture is in front."""
        return None if self._front is None else self._front.slot

    @property
    def late(self) -> bool:
        """Whether the last picture is held because the one that is due isn't there."""
        return self._late_since is not None

    @property
    def live_sources(self) -> tuple[PictureSource, ...]:
        front = () if self._front is None or self._front.broken else (self._front.source,)
        return (*front, *(live.source for live in self._coming.values()))

    def owing(self, now: datetime) -> tuple[PictureSource, ...]:
        """The sources that have not delivered all pictures up to `now`, or, not yet in front, their first."""
        owing = tuple(live.source for live in self._coming.values() if live.owes(now))
        front = self._front
        if front is None or front.broken or front.source.reached(front.slot.offset(now)):
            return owing
        return (front.source, *owing)

    def overdue(self, now: datetime) -> bool:
        """Whether what is in front owes the picture of `now`, or the due item is late."""
        front = self._front
        if self.late or front is None or front.broken:
            return self.late
        return not front.source.reached(front.slot.offset(now))

    def step(self, due: Slot | None, now: datetime, mono: float) -> None:
        """Moves to `now`: brings in what is due, takes its newest picture. Nothing that could wait is done here."""
        self._now = now
        self._due = None if due is None else due.key
        if due is None:
            self._late_since = None
            self.clear()
        else:
            self._bring_in(due, now, mono)

    def prepare(self, coming: Sequence[tuple[Slot, datetime]], now: datetime, mono: float) -> None:
        """What is best done while nobody waits for a picture: lets go of what is over, gets ready what is coming."""
        if self._behind is not None:
            self._behind.freeze()
            if self._mix(now) is None:
                self._behind.drop()
                self._behind = None
        if self._since != now:  # the tick that ends a child leaves starting the next one to the one after
            for slot, at in coming:
                self._prepare(slot, at, mono)
        wanted = {self._due, *(slot.key for slot, _ in coming)}
        for key in [key for key in self._coming if key not in wanted]:
            self._coming.pop(key).drop()

    def due_in(self, now: datetime) -> float | None:
        """Seconds until the next picture that waits is due; None when that isn't known, or none is taken now."""
        front = self._front
        if front is None or front.broken or front.slot.key != self._due:
            return None
        return front.source.due_in(front.slot.offset(now))

    def heard(self, screen_volume: float) -> tuple[Heard, ...]:
        """What is to be heard, now and when its time comes."""
        front = () if self._front is None or self._front.broken else (self._front,)
        lives = (live for live in (*front, *self._coming.values()) if live.source.ready())
        return tuple(
            Heard(
                live.source.sound,
                live.slot.answer.started_at,
                live.slot.answer.ends_at,
                screen_volume * (100 if live.slot.item.volume is None else live.slot.item.volume) / 100,
            )
            for live in lives
            if live.source.sound is not None
        )

    def layers(self, now: datetime) -> tuple[Layer, ...]:
        """What to draw, from below."""
        if self._front is None:
            return ()
        mixed = self._mix(now)
        if mixed is None or self._behind is None:
            return (self._layer(self._front),)
        shift = round(mixed.shift * self.box.width)
        before = self._layer(self._behind, shift=shift - self.box.width if shift else 0)
        seen = self.box._replace(width=round(mixed.seen * self.box.width))
        if not seen.width:
            return (before,)
        return (before, self._layer(self._front, opacity=round(mixed.opacity * 255), shift=shift, seen=seen))

    def moving(self) -> bool:
        """Whether the next tick may bring another picture."""
        front = self._front is not None and not self._front.broken and self._front.source.moving()
        return front or self._behind is not None or self.late

    def clear(self) -> None:
        """Shows nothing any more; what is coming stays."""
        for live in (self._front, self._behind):
            if live is not None:
                live.drop()
        self._front = self._behind = None

    def close(self) -> None:
        self.clear()
        for live in self._coming.values():
            live.drop()
        self._coming.clear()

    def _bring_in(self, due: Slot, now: datetime, mono: float) -> None:
        t = due.offset(now)
        front = self._front
        if front is not None and front.slot.key == due.key and not front.broken:
            front.slot = due
            if front.jumped(t):
                front.broken = True
                front.freeze()
                return
            front.take(t, self._textures)
            if front.failure:
                self._broke(front, front.failure, mono)
            elif front.silent(t, mono):
                self._broke(front, f"its pictures stopped coming for {HOLD:.0f} s", mono)
            else:
                self._late_since = None
                return
        live = self._opened(due, t, mono)
        if live is not None and live.source.ready():
            live.take(t, self._textures)
            if live.texture is not None:
                del self._coming[due.key]
                live.slot = due
                live.fine_at = mono
                self._promote(live, now)
                return
        self._late(due, mono)

    def _prepare(self, slot: Slot, at: datetime, mono: float) -> None:
        live = self._opened(slot, slot.offset(at), mono)
        if live is not None and live.texture is None and live.source.ready():
            live.take(slot.offset(at), self._textures)

    def _opened(self, slot: Slot, start: float, mono: float) -> Live | None:
        """The source being got ready for `slot`; None while it has to wait after a failure."""
        live = self._coming.get(slot.key)
        if live is None:
            if not self._setbacks.may_try(slot.answer.content_id, mono):
                return None
            live = Live(slot, self._sources.open(slot, self.box, self._background, start), mono)
            self._coming[slot.key] = live
        if live.failure:
            self._failed(slot, live.failure, mono)
            self._coming.pop(slot.key).drop()
            return None
        return live

    def _promote(self, live: Live, now: datetime) -> None:
        if self._behind is not None:
            self._behind.drop()
        self._behind = self._front
        same = self._behind is not None and (self._behind.broken or _same_still(self._behind.slot, live.slot))
        self._transition = CUT if self._behind is None or same else live.slot.item.transition
        self._front, self._since, self._late_since = live, now, None

    def _broke(self, live: Live, reason: str, mono: float) -> None:
        live.broken = True
        live.freeze()
        self._failed(live.slot, reason, mono)

    def _failed(self, slot: Slot, reason: str, mono: float) -> None:
        again_at = self._again_at(slot) if slot.asset.url is not None else None
        self._setbacks.failed(slot.answer.content_id, reason, mono, again_at)

    def _again_at(self, slot: Slot) -> datetime:
        return self._now + (LATE_AGAIN if slot.asset.url is None else AGAIN)

    def _late(self, due: Slot, mono: float) -> None:
        if self._late_since is None:
            self._late_since = mono
        opening = due.key in self._coming
        hold = HOLD if due.asset.url is None else NETWORK_HOLD
        content = due.answer.content_id
        first_hold = FIRST_HOLD * 2 ** min(self._setbacks.times(content, mono), MOST_DOUBLED)
        patience = hold if self._front is not None else first_hold if opening else 0.0
        if mono - self._late_since < patience:
            return
        reason = f"it had no picture ready after {patience:.0f} s"
        again_at = self._again_at(due)
        if opening:
            self._setbacks.failed(content, reason, mono, again_at)
        # Something else is shown in its turn; not for longer than a while, for there may be nothing else.
        self._setbacks.sit_out(
            content, min(due.answer.ends_at, again_at) if due.asset.url is None else again_at, reason
        )
        self._late_since = None

    def _mix(self, now: datetime) -> Mix | None:
        if self._since is None or self._behind is None:
            return None
        since = (now - self._since).total_seconds()
        return None if since < 0 else mix(self._transition, since * 1000)

    def _layer(self, live: Live, *, opacity: int = 255, shift: int = 0, seen: Rect | None = None) -> Layer:
        """`shift` is in pixels to the right; `seen` is the part of the zone it may cover, the whole one if None."""
        assert live.texture is not None
        width, height = live.texture.size
        fitted = live.slot.item.fit if live.film else Fit.STRETCH
        box = self.box._replace(x=self.box.x + shift)
        placed = place(width, height, box, fitted)
        clip = seen or self.box
        return Layer(
            live.texture,
            live.revision,
            placed.source,
            placed.target,
            bars(box, placed.target),
            self._background,
            opacity,
            None if clip == box else clip,
        )


def _same_still(one: Slot, other: Slot) -> bool:
    still = one.asset.is_stream or one.asset.type in (ContentType.IMAGE, ContentType.TEXT, ContentType.WEBPAGE)
    return one.asset == other.asset and one.item.fit == other.item.fit and still
