"""From the evaluator's answers to what each zone shows now, and what it shows next. Pure.

Nothing is counted and no event ends an item: item and offset come from the instant alone, so a late start
joins in the middle and a schedule boundary takes effect on the frame.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from edge.player.stage.geometry import Rect
from vizora.identifiers import ContentId, ScheduleId, ZoneId
from vizora.manifest.model import Asset, Item, Layout, Manifest
from vizora.schedule.evaluate import Plan, what_is_on
from vizora.schedule.model import Answer, ClockTrust, Source, ZoneAnswer
from vizora.schedule.reasons import SourceKind


class ZonePlace(NamedTuple):
    """A zone of the canvas; the whole canvas for a full-screen playlist."""

    id: ZoneId
    rect: Rect
    z: int


class Board(NamedTuple):
    """The zones that share the screen. `canvas` is None when the window itself is the canvas."""

    canvas: tuple[int, int] | None
    background: str
    zones: tuple[ZonePlace, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """One showing of one item in one zone, [started_at, ends_at)."""

    answer: ZoneAnswer
    item: Item
    asset: Asset
    schedule_id: ScheduleId | None
    time_zone: str = "UTC"
    """The screen's."""

    @property
    def key(self) -> tuple[object, ...]:
        """The same showing has the same key, also after a new manifest that still says so."""
        asset = self.asset
        content = asset.sha256 or (asset.text, asset.url, asset.style)
        return (self.answer.zone_id, self.item.id, content, self.answer.started_at)

    @property
    def zone_id(self) -> ZoneId:
        return self.answer.zone_id

    def offset(self, at: datetime) -> float:
        """Seconds into the item at `at`."""
        return (at - self.answer.started_at).total_seconds()


@dataclass(frozen=True, slots=True)
class Programme:
    """What is on from `answer.at` until `answer.next_change`."""

    answer: Answer
    board: Board
    slots: tuple[Slot, ...]

    def holds(self, at: datetime) -> bool:
        """Whether this is still the answer at `at`."""
        change = self.answer.next_change
        return at >= self.answer.at and (change is None or at < change)


class Coming(NamedTuple):
    """A showing to get ready for, on its board, and when it is due."""

    board: Board
    slot: Slot
    due: datetime


class Evaluate(Protocol):
    def __call__(
        self, plan: Plan, at: datetime, *, clock: ClockTrust, unplayable: Mapping[ContentId, str]
    ) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Sequencer:
    plan: Plan
    manifest: Manifest
    evaluate: Evaluate = what_is_on

    def programme(self, at: datetime, clock: ClockTrust, unplayable: Mapping[ContentId, str]) -> Programme:
        answer = self.evaluate(self.plan, at, clock=clock, unplayable=unplayable)
        slots = tuple(self._slot(zone, answer.source) for zone in answer.zones)
        return Programme(answer, self._board(answer), slots)

    def coming(self, now: Programme, clock: ClockTrust, unplayable: Mapping[ContentId, str]) -> tuple[Coming, ...]:
        """The next showing of each zone that has one, found by asking for the answer when something ends."""
        instants = {slot.answer.ends_at for slot in now.slots}
        if now.answer.next_change is not None:
            instants.add(now.answer.next_change)
        shown = {slot.key for slot in now.slots}
        next_of: dict[tuple[Board, ZoneId], Coming] = {}
        for due in sorted(instants):
            then = self.programme(due, clock, unplayable)
            for slot in then.slots:
                place = (then.board, slot.zone_id)
                if slot.key not in shown and place not in next_of:
                    next_of[place] = Coming(then.board, slot, due)
        return tuple(next_of.values())

    def silenced(self, now: Programme, clock: ClockTrust, unplayable: Mapping[ContentId, str]) -> Mapping[ZoneId, str]:
        """The zones that show nothing only because what they would show can't be shown, each with the sentence why."""
        if not unplayable or len(now.slots) == len(now.board.zones):
            return {}
        wanted = self.programme(now.answer.at, clock, {})
        if wanted.board != now.board:
            return {}
        shown = {slot.zone_id for slot in now.slots}
        return {
            slot.zone_id: f"“{slot.asset.title}” can’t be shown: {unplayable[slot.answer.content_id]}."
            for slot in wanted.slots
            if slot.zone_id not in shown and slot.answer.content_id in unplayable
        }

    def _slot(self, zone: ZoneAnswer, source: Source) -> Slot:
        playlist = self.manifest.playlists[zone.playlist_id]
        item = next(item for item in playlist.items if item.id == zone.item_id)
        schedule = ScheduleId(source.id) if source.kind is SourceKind.SCHEDULE and source.id else None
        return Slot(zone, item, self.manifest.assets[zone.content_id], schedule, self.manifest.time_zone)

    def _board(self, answer: Answer) -> Board:
        layout = self._layout(answer.source)
        if layout is None:
            whole = tuple(ZonePlace(zone.zone_id, Rect(0, 0, 1, 1), 0) for zone in answer.zones)
            return Board(None, self.manifest.screen.background, whole)
        zones = sorted(layout.zones, key=lambda zone: zone.z)
        places = tuple(ZonePlace(z.id, Rect(z.x, z.y, z.width, z.height), z.z) for z in zones)
        return Board((layout.width, layout.height), layout.background, places)

    def _layout(self, source: Source) -> Layout | None:
        if source.kind not in (SourceKind.OVERRIDE, SourceKind.SCHEDULE):
            return None
        owners = self.manifest.overrides if source.kind is SourceKind.OVERRIDE else self.manifest.schedules
        for owner in owners:
            if owner.id == source.id and owner.layout_id is not None:
                return self.manifest.layouts[owner.layout_id]
        return None
