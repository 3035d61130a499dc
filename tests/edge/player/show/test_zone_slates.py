"""A zone whose content can't be shown says so, calmly, and its neighbours play on as if nothing were."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from edge.player.cards.sheet import TILE
from edge.player.show.sequencer import Sequencer
from edge.player.show.show import Show
from edge.player.sources.video import Decoder
from tests.edge.player.rig import PLAYLIST, START, Library, Rig, playing, uid
from vizora.identifiers import ItemId, LayoutId, OverrideId, PlaylistId, ZoneId
from vizora.manifest import codec
from vizora.manifest.model import ContentType, Item, Layout, Override, Playlist, Zone

BACKGROUND = (255, 0, 0)
SIZE = (1000, 1000)
BROKEN = PlaylistId(uid(501))
MIDDLE_LEFT, MIDDLE_RIGHT, CORNER_RIGHT = (250, 500), (750, 500), (505, 5)
Bytes = dict[int, bytes]


def two_zones(library: Library, stills: Bytes, *contents: bytes) -> None:
    """On the left a still, on the right a film of each of `contents`; the layout's background is red."""
    manifest = library.manifest((library.add(3, ContentType.IMAGE, stills[3]), 1000))
    items = tuple(
        Item(id=ItemId(uid(900 + n)), content_id=library.add(20 + n, ContentType.VIDEO, data, 1000), duration_ms=1000)
        for n, data in enumerate(contents)
    )
    zones = (
        Zone(id=ZoneId("left"), x=0, y=0, width=50, height=100, playlist_id=PLAYLIST),
        Zone(id=ZoneId("right"), x=50, y=0, width=50, height=100, playlist_id=BROKEN),
    )
    layout = LayoutId(uid(800))
    library.publish(
        replace(
            manifest,
            assets=library.assets,
            playlists={**manifest.playlists, BROKEN: Playlist(items=items)},
            layouts={layout: Layout(width=100, height=100, zones=zones, background="#ff0000")},
            schedules=(replace(manifest.schedules[0], playlist_id=None, layout_id=layout),),
        )
    )


@contextmanager
def shown(library: Library) -> Iterator[Rig]:
    with playing(Rig(library, size=SIZE)) as rig:
        rig.begin()
        yield rig


def slate_is_there(rig: Rig) -> bool:
    """The zone is covered to its corner, and something is written in its middle."""
    rows = rig.levels(range(SIZE[1] // 2 - 50, SIZE[1] // 2 + 50, 10), range(510, 990))
    return rig.colour(*CORNER_RIGHT) == TILE and any(max(row) - min(row) > 40 for row in rows)


def test_a_zone_with_only_broken_content_says_so_and_its_neighbour_plays(library: Library, stills: Bytes) -> None:
    two_zones(library, stills, b"no film at all", b"none either")
    with shown(library) as rig:
        list(rig.ticks(60 * 4))

        assert slate_is_there(rig)
        assert rig.colour(*MIDDLE_LEFT) == (70, 90, 55)
        assert {slot.zone_id for slot in rig.player.show.shown} == {"left"}


def test_without_slates_the_hole_is_seen(library: Library, stills: Bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Sequencer, "silenced", lambda *_: {})
    two_zones(library, stills, b"no film at all")
    with shown(library) as rig:
        list(rig.ticks(60 * 4))

        assert not slate_is_there(rig)
        assert rig.colour(*CORNER_RIGHT) == BACKGROUND


def test_a_zone_that_had_a_picture_ends_with_a_slate_and_comes_back(
    library: Library, stills: Bytes, clips: Bytes
) -> None:
    two_zones(library, stills, clips[2])
    film = next(path for path in library.paths.assets.iterdir() if path.read_bytes() == clips[2])
    with shown(library) as rig:
        playing_at_first = {slot.zone_id for slot in rig.player.show.shown}
        film.unlink()
        rig.look()
        list(rig.ticks(60 * 3))
        slate = slate_is_there(rig)
        film.write_bytes(clips[2])
        rig.look()
        list(rig.ticks(90))
        shown_again = {slot.zone_id for slot in rig.player.show.shown}
        corner = rig.colour(*CORNER_RIGHT)

    assert slate
    assert playing_at_first == shown_again == {"left", "right"}
    assert corner == BACKGROUND  # the film's own bars


def test_a_zone_whose_playlist_is_empty_stays_what_its_maker_wanted(library: Library, stills: Bytes) -> None:
    two_zones(library, stills)
    with shown(library) as rig:
        list(rig.ticks(30))

        assert rig.colour(*MIDDLE_RIGHT) == BACKGROUND


def test_one_good_item_is_enough_for_a_zone(library: Library, stills: Bytes, clips: Bytes) -> None:
    two_zones(library, stills, b"no film at all", clips[2])
    with shown(library) as rig:
        list(rig.ticks(60 * 4))
        names = {slot.zone_id for slot in rig.player.show.shown}

        assert names == {"left", "right"}
        assert rig.colour(*CORNER_RIGHT) == BACKGROUND


@pytest.mark.parametrize("keeps", [True, False])
def test_zones_keep_their_pictures_while_what_is_to_cover_them_for_a_moment_is_not_ready(
    library: Library, stills: Bytes, clips: Bytes, monkeypatch: pytest.MonkeyPatch, *, keeps: bool
) -> None:
    """They come again afterwards, so they are got ready while they are still seen."""
    two_zones(library, stills, clips[2])
    manifest = codec.decode(library.paths.current_manifest.read_bytes())
    long = library.add(8, ContentType.VIDEO, clips[8], 4000)
    briefly = PlaylistId(uid(502))
    override = Override(
        id=OverrideId(uid(700)),
        starts_at=START + timedelta(seconds=0.5),
        ends_at=START + timedelta(seconds=1),
        playlist_id=briefly,
    )
    library.publish(
        replace(
            manifest,
            assets=library.assets,
            playlists={**manifest.playlists, briefly: Playlist(items=(Item(id=ItemId(uid(990)), content_id=long),))},
            overrides=(override,),
        )
    )
    hung: set[int] = set()
    made: list[Decoder] = []

    def only_the_first_works() -> Decoder:
        decoder = Decoder()
        if made:
            os.kill(decoder.process.pid, signal.SIGSTOP)
            hung.add(decoder.process.pid)
        made.append(decoder)
        return decoder

    if not keeps:
        prepare = Show.prepare

        def forgetful(show: Show, now: datetime, mono: float) -> None:
            prepare(show, now, mono)
            others = [zones for board, zones in show._boards.items() if board.canvas is not None]
            for zone in (zone for zones in others if show.late for zone in zones.values()):
                zone.step(None, now, mono)

        monkeypatch.setattr(Show, "prepare", forgetful)
    with playing(Rig(library, size=SIZE, start_decoder=only_the_first_works, hung=hung)) as rig:
        rig.begin()
        colours = {rig.colour(*MIDDLE_LEFT) for _ in rig.ticks(58)}

    assert (colours == {(70, 90, 55)}) is keeps
