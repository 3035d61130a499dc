"""What the whole player does over time: late starts, boundaries, new manifests, zones, crossfades, plays."""

from datetime import timedelta

import msgspec
import pytest

from edge.player.cards.cards import Message
from tests.edge.player.rig import PLAYLIST, START, Library, Rig, playing, uid
from tests.fakes import marker_clips
from vizora.identifiers import ItemId, LayoutId, OverrideId, PlaylistId, ScheduleId, ZoneId
from vizora.manifest.model import (
    ContentType,
    Item,
    Layout,
    Manifest,
    Once,
    Override,
    Playlist,
    Schedule,
    Transition,
    TransitionKind,
    Zone,
)

VIDEO, IMAGE = ContentType.VIDEO, ContentType.IMAGE
CROSSFADE = Transition(kind=TransitionKind.CROSSFADE, duration_ms=500)
OTHER = PlaylistId(uid(501))
Bytes = dict[int, bytes]


def test_a_late_start_joins_in_the_middle(library: Library, clips: Bytes) -> None:
    long = library.add(8, VIDEO, clips[8], 4000)
    library.publish(library.manifest((long, 4000)))
    with playing(Rig(library)) as rig:
        rig.virtual.to_tick(99)
        rig.begin()

        assert rig.marker() == (8, 49)


def test_a_film_from_an_upright_phone_is_shown_upright(library: Library, clips: Bytes) -> None:
    film = library.add(2, VIDEO, marker_clips.turned(clips[2]), 1000)
    library.publish(library.manifest((film, 1000)))
    with playing(Rig(library, size=(marker_clips.HEIGHT, marker_clips.WIDTH))) as rig:
        rig.begin()
        picture = rig.stage.read()

    right = marker_clips.HEIGHT - 1
    assert marker_clips.read(lambda x, y: picture.get_at((right - y, x))[1]) == (2, 0)


@pytest.mark.parametrize("tick", [150, 20])
def test_a_clock_that_is_set_moves_the_film_with_it(tick: int, library: Library, clips: Bytes) -> None:
    long = library.add(8, VIDEO, clips[8], 4000)
    library.publish(library.manifest((long, 4000)))
    with playing(Rig(library)) as rig:
        rig.begin()
        list(rig.ticks(60))
        rig.leap(tick)
        seen = [(rig.marker(), rig.is_black()) for _ in rig.ticks(30)]
        unplayable = rig.player.show.setbacks.unplayable(rig.clock.now())

    assert seen[-1] == ((8, (tick + 30) // 2), False)
    assert not any(black for _, black in seen)
    assert unplayable == {}


def test_a_schedule_takes_over_on_the_frame(library: Library, clips: Bytes, stills: Bytes) -> None:
    long = library.add(8, VIDEO, clips[8], 4000)
    still = library.add(3, IMAGE, stills[3])
    manifest = library.manifest((long, 4000))
    noon = Schedule(
        id=ScheduleId(uid(601)),
        time_zone="UTC",
        recurrence=Once(start="2026-11-22T12:00:01", end="2026-11-22T12:00:02"),
        playlist_id=OTHER,
        priority=5,
    )
    playlists = {**manifest.playlists, OTHER: Playlist(items=(Item(id=ItemId(uid(9)), content_id=still),))}
    library.publish(msgspec.structs.replace(manifest, playlists=playlists, schedules=(*manifest.schedules, noon)))
    with playing(Rig(library)) as rig:
        rig.begin()
        seen = {tick: rig.marker() for tick in rig.ticks(130)}

    assert [tick for tick, marker in seen.items() if marker == (3, 0)] == list(range(60, 120))
    assert all(marker == (8, tick // 2) for tick, marker in seen.items() if tick not in range(60, 120))


def _overriding(manifest: Manifest) -> Manifest:
    override = Override(id=OverrideId(uid(700)), starts_at=START, playlist_id=PLAYLIST)
    return msgspec.structs.replace(manifest, version=2, overrides=(override,))


def test_the_same_item_goes_on_without_a_flash_when_the_manifest_changes(library: Library, clips: Bytes) -> None:
    long = library.add(8, VIDEO, clips[8], 4000)
    manifest = library.manifest((long, 4000))
    library.publish(manifest)
    with playing(Rig(library)) as rig:
        rig.begin()
        list(rig.ticks(30))
        before = rig.player.show.live_sources
        library.publish(msgspec.structs.replace(manifest, version=2, stale_after_ms=1))
        rig.look()
        seen = {tick: rig.marker() for tick in rig.ticks(60)}

        assert before[0] in rig.player.show.live_sources
        assert all(marker == (8, tick // 2) for tick, marker in seen.items())
        assert rig.plays == []


def test_an_instant_publish_holds_the_old_picture_until_the_new_one_is_ready(
    library: Library, clips: Bytes, stills: Bytes
) -> None:
    long = library.add(8, VIDEO, clips[8], 4000)
    still = library.add(3, IMAGE, stills[3])
    manifest = library.manifest((long, 4000))
    library.publish(manifest)
    with playing(Rig(library)) as rig:
        rig.begin()
        list(rig.ticks(30))
        playlists = {PLAYLIST: Playlist(items=(Item(id=ItemId(uid(77)), content_id=still),))}
        library.publish(_overriding(msgspec.structs.replace(manifest, playlists=playlists)))
        rig.look()
        seen = [rig.marker() for _ in rig.ticks(10)]

    assert set(seen) <= {(8, 15), (8, 16), (3, 0)}
    assert seen[-1] == (3, 0)
    assert [(p.completed, p.schedule_id) for p in rig.plays] == [
        (False, ScheduleId(uid(600))),
        (False, None),
    ]


def test_a_crossfade_mixes_the_pictures_around_its_middle(library: Library, stills: Bytes) -> None:
    items = [(library.add(n, IMAGE, stills[n]), 2000) for n in (3, 6)]
    library.publish(library.manifest(*items, transition=CROSSFADE))
    with playing(Rig(library)) as rig:
        rig.begin()
        greens = [rig.colour(400, 200)[2] for _ in rig.ticks(60 * 3)]

    assert greens[118] == 40 + 3 * 5
    assert 40 + 3 * 5 < greens[119 + 15] < 40 + 6 * 5
    assert greens[120 + 31] == 40 + 6 * 5


def test_zones_are_shown_side_by_side(library: Library, clips: Bytes, stills: Bytes) -> None:
    long = library.add(8, VIDEO, clips[8], 4000)
    still = library.add(3, IMAGE, stills[3])
    manifest = library.manifest((long, 4000))
    playlists = {
        **manifest.playlists,
        OTHER: Playlist(items=(Item(id=ItemId(uid(9)), content_id=still),)),
    }
    zones = (
        Zone(id=ZoneId("left"), x=0, y=0, width=50, height=100, playlist_id=PLAYLIST),
        Zone(id=ZoneId("right"), x=50, y=0, width=50, height=100, playlist_id=OTHER),
    )
    layout = LayoutId(uid(800))
    schedule = msgspec.structs.replace(manifest.schedules[0], playlist_id=None, layout_id=layout)
    library.publish(
        msgspec.structs.replace(
            manifest,
            playlists=playlists,
            layouts={layout: Layout(width=100, height=100, zones=zones, background="#ff0000")},
            schedules=(schedule,),
        )
    )
    with playing(Rig(library, size=(1000, 1000))) as rig:
        rig.begin()

        assert {slot.zone_id for slot in rig.player.show.shown} == {"left", "right"}
        assert rig.colour(750, 500) == (70, 90, 55)
        assert rig.colour(250, 20) == (255, 0, 0)
        assert rig.colour(250, 500) != (255, 0, 0)


def test_without_anything_to_show_it_says_so(library: Library, stills: Bytes) -> None:
    still = library.add(3, IMAGE, stills[3])
    library.publish(library.manifest((still, 1000)))
    library.file_of(still).unlink()
    with playing(Rig(library)) as rig:
        rig.begin()

        assert isinstance(rig.player.show.card, Message)
        assert rig.player.show.card.title == "Nothing can be shown right now"
        assert not rig.is_black()
        assert rig.player.show.unplayable(rig.clock.now()) == {still: "its file is not on this device"}


def test_content_that_arrives_later_is_shown(library: Library, stills: Bytes) -> None:
    still = library.add(3, IMAGE, stills[3])
    library.publish(library.manifest((still, 1000)))
    library.file_of(still).unlink()
    with playing(Rig(library)) as rig:
        rig.begin()
        library.file_of(still).write_bytes(stills[3])
        rig.look()
        seen = [rig.marker() for _ in rig.ticks(5)]

    assert seen[-1] == (3, 0)


def test_a_play_is_what_was_on_the_glass(library: Library, clips: Bytes, stills: Bytes) -> None:
    items = [(library.add(1, VIDEO, clips[1], 2000), 2000), (library.add(3, IMAGE, stills[3]), 1000)]
    library.publish(library.manifest(*items))
    with playing(Rig(library)) as rig:
        rig.begin()
        list(rig.ticks(60 * 4))

    assert [(p.n, p.content_id, p.duration_ms, p.completed) for p in rig.plays] == [
        (0, items[0][0], 2000, True),
        (1, items[1][0], 1000, True),
        (2, items[0][0], 1000, False),
    ]
    assert [p.started_at for p in rig.plays] == [START, START + timedelta(seconds=2), START + timedelta(seconds=3)]


@pytest.mark.parametrize("size", [(1280, 720), (720, 1280)])
def test_before_anything_is_known_a_card_is_shown(library: Library, size: tuple[int, int]) -> None:
    with playing(Rig(library, size=size)) as rig:
        rig.begin()

        assert rig.player.show.card is not None
        assert not rig.is_black()
