"""From a manifest to what a browser has to show, and when: the shared evaluator, asked from change to change. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from vizora.identifiers import ContentId, LayoutId
from vizora.manifest.model import Asset, Fit, Instant, Layout, Manifest, Screen, Transition, Value
from vizora.schedule.evaluate import Plan, what_is_on
from vizora.schedule.model import Answer, Source, ZoneAnswer

AHEAD = timedelta(seconds=30)
"""So far steps are told, and always to the one after next: a browser loads that one meanwhile."""
LEAST, MOST = 2, 40


class Place(Value, frozen=True):
    """One zone's item. It began at `started_at` and ends at `ends_at`; lengths in pixels of the step's canvas."""

    zone_id: str
    x: int
    y: int
    width: int
    height: int
    z: int
    item_id: str
    content_id: ContentId
    started_at: Instant
    ends_at: Instant
    fit: Fit
    transition: Transition
    volume: int | None


class Step(Value, frozen=True):
    """What is on from `start` until `end` (None: for good). No zones: nothing is planned."""

    start: Instant
    end: Instant | None
    source: Source
    width: int
    height: int
    background: str
    zones: tuple[Place, ...]


def steps(plan: Plan, at: datetime) -> tuple[Step, ...]:
    return tuple(_walk(plan, at))


def named(manifest: Manifest, told: tuple[Step, ...]) -> dict[ContentId, Asset]:
    """The assets that these steps show."""
    ids = {place.content_id for step in told for place in step.zones}
    return {id_: asset for id_, asset in manifest.assets.items() if id_ in ids}


def _walk(plan: Plan, at: datetime) -> Iterator[Step]:
    limit = at + AHEAD
    for number in range(MOST):
        answer = what_is_on(plan, at)
        yield _step(plan.manifest, answer)
        if answer.next_change is None or (number + 1 >= LEAST and answer.next_change >= limit):
            return
        at = answer.next_change


def _step(manifest: Manifest, answer: Answer) -> Step:
    layout = _layout_of(manifest, answer.source)
    width, height = (layout.width, layout.height) if layout else _size(manifest.screen)
    background = layout.background if layout else manifest.screen.background
    boxes = {zone.id: (zone.x, zone.y, zone.width, zone.height, zone.z) for zone in layout.zones} if layout else {}
    places = (_place(manifest, boxes.get(shown.zone_id, (0, 0, width, height, 0)), shown) for shown in answer.zones)
    return Step(answer.at, answer.next_change, answer.source, width, height, background, tuple(places))


def _place(manifest: Manifest, box: tuple[int, int, int, int, int], shown: ZoneAnswer) -> Place:
    item = manifest.playlists[shown.playlist_id].items[shown.index]
    return Place(
        shown.zone_id, *box, shown.item_id, shown.content_id, shown.started_at, shown.ends_at,
        item.fit, item.transition, item.volume,
    )  # fmt: skip


def _layout_of(manifest: Manifest, source: Source) -> Layout | None:
    """The layout of the override or schedule that won; None when it plays one playlist on the whole glass."""
    known: dict[str | None, LayoutId | None] = {one.id: one.layout_id for one in manifest.schedules}
    known |= {one.id: one.layout_id for one in manifest.overrides}
    layout_id = known.get(source.id)
    return None if layout_id is None else manifest.layouts[layout_id]


def _size(screen: Screen) -> tuple[int, int]:
    """As people before the glass see it."""
    upright = screen.rotation in (90, 270)
    return (screen.height, screen.width) if upright else (screen.width, screen.height)
