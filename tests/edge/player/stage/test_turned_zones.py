"""Four zones, a kind each, on a screen that hangs each of the four ways: every picture by its blocks."""

import pytest
from msgspec.structs import replace

from tests.edge.player.pieces import BLOCK, HEIGHT, WIDTH, Media, Piece
from tests.edge.player.rig import START, Library, Rig, playing, uid
from vizora.identifiers import ItemId, LayoutId, OverrideId, PlaylistId, ZoneId
from vizora.manifest.model import Item, Layout, Manifest, Override, Playlist, Zone

ROTATIONS = (0, 90, 180, 270)
PLACES = (("video", 0, 0), ("animation", WIDTH, 0), ("pdf", 0, HEIGHT), ("image", WIDTH, HEIGHT))
"""(kind, left, top) in a canvas of two pieces by two; a window of half the size shows all of it."""
LENGTH = 900
"""Milliseconds of every item: each zone goes from one variant of its kind to the other and back."""
ABOUT = 40


def laid_out(library: Library, pieces: dict[tuple[str, int], Piece], rotation: int) -> Manifest:
    manifest = library.manifest((pieces["image", 0].content, None))
    playlists, zones = dict(manifest.playlists), []
    for n, (kind, x, y) in enumerate(PLACES):
        playlist = PlaylistId(uid(510 + n))
        items = tuple(
            Item(id=ItemId(uid(2000 + 2 * n + v)), content_id=pieces[kind, v].content, duration_ms=LENGTH)
            for v in (0, 1)
        )
        playlists[playlist] = Playlist(items=items)
        zones.append(Zone(id=ZoneId(kind), x=x, y=y, width=WIDTH, height=HEIGHT, playlist_id=playlist))
    layout = LayoutId(uid(800))
    return replace(
        manifest,
        screen=replace(manifest.screen, rotation=rotation),
        playlists=playlists,
        layouts={layout: Layout(width=2 * WIDTH, height=2 * HEIGHT, zones=tuple(zones))},
        schedules=(replace(manifest.schedules[0], playlist_id=None, layout_id=layout),),
    )


def wrong_zones(rig: Rig, pieces: dict[tuple[str, int], Piece]) -> list[str]:
    """Which zones don't show the blocks that belong there now."""
    picture, since = rig.stage.seen(), (rig.clock.now() - START).total_seconds() + 1e-4
    wrong = []
    for kind, x, y in PLACES:
        place = (START.timestamp() + since) % (2 * LENGTH / 1000)
        variant, t = divmod(place, LENGTH / 1000)
        piece = pieces[kind, int(variant)]
        number = piece.picture_at(t, LENGTH / 1000)
        wanted = [piece.level(number, n * BLOCK + BLOCK // 2, 0) for n in range(24)]
        seen = [picture.get_at((x // 2 + n * BLOCK // 2 + BLOCK // 4, y // 2 + BLOCK // 4))[1] for n in range(24)]
        if any(want is not None and abs(level - want) > ABOUT for level, want in zip(seen, wanted, strict=True)):
            wrong.append(kind)
    return wrong


def panel(rotation: int) -> tuple[int, int]:
    return (HEIGHT, WIDTH) if rotation in (90, 270) else (WIDTH, HEIGHT)


@pytest.mark.parametrize("rotation", ROTATIONS)
def test_every_zone_shows_every_picture_whichever_way_the_screen_hangs(
    rotation: int, library: Library, media: Media
) -> None:
    pieces = media.into(library)
    library.publish(laid_out(library, pieces, rotation))
    with playing(Rig(library, size=panel(rotation))) as rig:
        rig.begin()
        wrong = [zone for tick in rig.ticks(130) for zone in wrong_zones(rig, pieces)]

    assert wrong == []


def test_a_screen_that_hangs_otherwise_than_it_is_told_is_caught(library: Library, media: Media) -> None:
    pieces = media.into(library)
    library.publish(laid_out(library, pieces, 180))
    with playing(Rig(library, size=panel(180))) as rig:
        rig.begin()
        rig.stage.turn(0)
        picture = rig.stage.seen

        assert picture().get_size() == (WIDTH, HEIGHT)
        assert len(wrong_zones(rig, pieces)) == len(PLACES)


@pytest.mark.parametrize("ticks", [1, 17, 40])
def test_an_override_in_the_middle_of_an_item_takes_its_picture_on_the_frame_and_gives_it_back(
    ticks: int, library: Library, media: Media
) -> None:
    """It is known beforehand, as a scheduled one is: from its first tick to its last it is on, before and after not."""
    pieces = media.into(library)
    manifest = library.manifest((pieces["video", 0].content, 1000))
    playlist = PlaylistId(uid(501))
    begins, ends = (START.replace(microsecond=ms * 1000) for ms in (100 + 10 * ticks, 200 + 15 * ticks))
    override = Override(id=OverrideId(uid(700)), starts_at=begins, ends_at=ends, playlist_id=playlist)
    playlists = {
        **manifest.playlists,
        playlist: Playlist(items=(Item(id=ItemId(uid(77)), content_id=pieces["pdf", 1].content),)),
    }
    library.publish(replace(manifest, playlists=playlists, overrides=(override,)))
    seen = []
    with playing(Rig(library)) as rig:
        rig.begin()
        for _ in rig.ticks(59):
            now = rig.clock.now()
            on = "pdf" if begins <= now < ends else "video"
            piece = pieces[on, 1 if on == "pdf" else 0]
            number = 0 if on == "pdf" else piece.picture_at((now - START).total_seconds(), 1.0)
            wanted = [piece.level(number, n * BLOCK + BLOCK // 2, 0) for n in range(24)]
            row = rig.levels((BLOCK // 2,), (n * BLOCK + BLOCK // 2 for n in range(24)))[0]
            seen.append((on, all(want is None or abs(a - want) < ABOUT for a, want in zip(row, wanted, strict=True))))

    assert all(right for _, right in seen)
    assert {on for on, _ in seen} == {"video", "pdf"}
