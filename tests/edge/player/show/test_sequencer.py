from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from edge.player.show.sequencer import Sequencer
from tests.edge.player.rig import PLAYLIST, START, Library, uid
from vizora.identifiers import ItemId, LayoutId, PlaylistId, ScheduleId, ZoneId
from vizora.manifest.model import ContentType, Item, Layout, Manifest, Once, Playlist, Schedule, Zone
from vizora.schedule.evaluate import plan
from vizora.schedule.model import ClockTrust

SECOND = timedelta(seconds=1)
LAYOUT, OTHER = LayoutId(uid(800)), PlaylistId(uid(501))
TRUSTED = ClockTrust.TRUSTED


@pytest.fixture
def manifest(library: Library) -> Manifest:
    """One picture for two seconds, another for one, in turn; START begins a turn."""
    items = [(library.add(n, ContentType.IMAGE, bytes([n])), 2000 if n == 1 else 1000) for n in (1, 2)]
    return library.manifest(*items)


def sequencer(manifest: Manifest) -> Sequencer:
    return Sequencer(plan(manifest), manifest)


def contents(slots: object) -> list[int]:
    assert isinstance(slots, tuple)
    return [int(slot.answer.content_id[-2:], 16) for slot in slots]


@pytest.mark.parametrize(
    ("after", "now", "offset"), [(0.0, 1, 0.0), (1.5, 1, 1.5), (2.0, 2, 0.0), (2.999, 2, 0.999), (3.0, 1, 0.0)]
)
def test_item_and_offset_come_from_the_instant(after: float, now: int, offset: float, manifest: Manifest) -> None:
    at = START + after * SECOND
    programme = sequencer(manifest).programme(at, TRUSTED, {})

    assert contents(programme.slots) == [now]
    assert programme.slots[0].offset(at) == pytest.approx(offset)


def test_the_next_item_is_known_with_its_instant(manifest: Manifest) -> None:
    sequencing = sequencer(manifest)
    coming = sequencing.coming(sequencing.programme(START, TRUSTED, {}), TRUSTED, {})

    assert [(contents((c.slot,)), c.due) for c in coming] == [([2], START + 2 * SECOND)]


def test_an_answer_holds_until_its_change(manifest: Manifest) -> None:
    programme = sequencer(manifest).programme(START, TRUSTED, {})

    assert [programme.holds(START + s * SECOND) for s in (0, 1.999, 2, -1)] == [True, True, False, False]


def test_what_can_not_be_shown_is_not_among_what_comes(manifest: Manifest) -> None:
    broken = manifest.playlists[PLAYLIST].items[1].content_id
    sequencing = sequencer(manifest)
    programme = sequencing.programme(START, TRUSTED, {broken: "damaged"})

    assert contents(programme.slots) == [1]
    assert contents(tuple(c.slot for c in sequencing.coming(programme, TRUSTED, {broken: "damaged"}))) == [1]


def test_a_layout_that_comes_is_got_ready_on_its_own_board(manifest: Manifest) -> None:
    content = manifest.playlists[PLAYLIST].items[1].content_id
    zones = tuple(
        Zone(id=ZoneId(name), x=x, y=0, width=50, height=100, z=z, playlist_id=OTHER)
        for name, x, z in (("right", 50, 2), ("left", 0, 1))
    )
    schedule = Schedule(
        id=ScheduleId(uid(601)),
        time_zone="UTC",
        recurrence=Once(start="2026-11-22T12:00:01", end="2026-11-22T12:05:00"),
        layout_id=LAYOUT,
        priority=1,
    )
    manifest = msgspec.structs.replace(
        manifest,
        playlists={**manifest.playlists, OTHER: Playlist(items=(Item(id=ItemId(uid(5)), content_id=content),))},
        layouts={LAYOUT: Layout(width=100, height=100, zones=zones)},
        schedules=(*manifest.schedules, schedule),
    )
    sequencing = sequencer(manifest)
    coming = sequencing.coming(sequencing.programme(START, TRUSTED, {}), TRUSTED, {})

    assert [(c.slot.zone_id, c.due) for c in coming if c.board.canvas == (100, 100)] == [
        ("right", START + SECOND),
        ("left", START + SECOND),
    ]
    assert [place.id for place in coming[0].board.zones] == ["left", "right"]


def test_the_same_showing_keeps_its_key_in_a_new_manifest(manifest: Manifest) -> None:
    first = sequencer(manifest).programme(START, TRUSTED, {}).slots[0]
    second = sequencer(msgspec.structs.replace(manifest, version=2)).programme(START + SECOND, TRUSTED, {}).slots[0]

    assert first.key == second.key
    assert first.key != replace(first, asset=msgspec.structs.replace(first.asset, sha256="0" * 64)).key


def test_only_a_schedule_is_named_in_a_play(manifest: Manifest) -> None:
    (scheduled,) = sequencer(manifest).programme(START, TRUSTED, {}).slots
    by_fallback = msgspec.structs.replace(
        manifest, schedules=(), fallback=msgspec.structs.replace(manifest.fallback, playlist_id=PLAYLIST)
    )
    (fallen_back,) = sequencer(by_fallback).programme(START, TRUSTED, {}).slots

    assert (scheduled.schedule_id, fallen_back.schedule_id) == (ScheduleId(uid(600)), None)
