"""The loop of the image: right after the pairing, until there is something of one's own; and no play of it counts."""

from datetime import timedelta
from pathlib import Path

import av
import msgspec
import pytest

from edge.paths import DevicePaths
from edge.player import welcome
from edge.player.following import Follower
from edge.player.welcome import PlayerPaths, load
from edge.welcome import PLACE
from tests.edge.player.rig import START, Library, Rig, playing, uid
from tests.edge.player.test_following import FIRST, deliver, pair, some
from vizora.manifest.model import Fallback, Manifest, Screen
from vizora.schedule.model import ClockTrust

LOOP = load()
assert LOOP is not None
SEQUENCER = LOOP.sequencer


def follower(library: Library) -> Follower:
    return Follower(library.paths, lambda: START, welcome=SEQUENCER)


def empty(library: Library, version: int = 1) -> Manifest:
    return msgspec.structs.replace(some(library, version), schedules=(), playlists={}, assets={}, fallback=Fallback())


def test_a_screen_that_was_just_added_shows_it_before_it_has_anything(library: Library) -> None:
    pair(library, FIRST)

    outlook = follower(library).look()

    assert outlook.sequencer is SEQUENCER
    assert outlook.card(START) is None


def test_a_screen_that_is_not_added_shows_its_code(library: Library) -> None:
    assert follower(library).look().sequencer is None


def test_a_programme_with_nothing_in_it_leaves_it_on_as_that_screen_is_turned(library: Library) -> None:
    pair(library, FIRST)
    turned = Screen(width=1080, height=1920, rotation=90)
    deliver(library, msgspec.structs.replace(empty(library), screen=turned))
    looking = follower(library)

    sequencer = looking.look().sequencer

    assert sequencer is not None
    assert sequencer.manifest.screen == turned
    assert sequencer.manifest.playlists == SEQUENCER.manifest.playlists
    assert looking.look().sequencer is sequencer


def test_the_first_programme_of_ones_own_ends_it_for_good(library: Library) -> None:
    pair(library, FIRST)
    deliver(library, some(library))
    assert follower(library).look().sequencer is not SEQUENCER

    deliver(library, empty(library, 2))
    outlook = follower(library).look()

    assert outlook.sequencer is not None
    assert outlook.sequencer.manifest.version == 2  # an emptied screen is not greeted again


def test_another_owner_is_greeted(library: Library) -> None:
    pair(library, FIRST)
    deliver(library, some(library))
    follower(library).look()
    pair(library, FIRST, device_id=uid(9))

    assert follower(library).look().sequencer is SEQUENCER


def test_its_files_are_those_of_the_image_and_everything_else_is_the_caches(tmp_path: Path) -> None:
    assert LOOP is not None
    paths = PlayerPaths(tmp_path / "state", tmp_path / "run", LOOP.files)

    for asset in SEQUENCER.manifest.assets.values():
        assert paths.asset(asset.sha256 or "").parent == PLACE
    assert paths.asset("a" * 64) == DevicePaths(tmp_path / "state", tmp_path / "run").asset("a" * 64)


def test_films_play_their_own_length() -> None:
    assert LOOP is not None
    films = [asset for asset in SEQUENCER.manifest.assets.values() if asset.duration_ms is not None]

    assert len(films) == 2
    for film in films:
        with av.open(str(LOOP.files[film.sha256 or ""])) as container:
            assert film.duration_ms == (container.duration or 0) // 1000


@pytest.mark.parametrize("missing", ["welcome.toml", "light.mp4"])
def test_a_damaged_loop_is_none(tmp_path: Path, missing: str) -> None:
    for file in PLACE.iterdir():
        if file.is_file() and file.name != missing:
            (tmp_path / file.name).symlink_to(file)

    assert load(tmp_path) is None


def test_it_goes_round_for_ever() -> None:
    seen = set()
    for second in range(0, 120, 2):
        programme = SEQUENCER.programme(START + timedelta(seconds=second), ClockTrust.UNTRUSTED, {})
        seen |= {slot.asset.title for slot in programme.slots}

    assert len(seen) == len(SEQUENCER.manifest.assets)


def welcomed(library: Library) -> Rig:
    assert LOOP is not None
    library.paths = PlayerPaths(library.paths.state, library.paths.run, LOOP.files)
    return Rig(library)


def plays_after_an_item(library: Library, rig: Rig) -> list[str]:
    """The playlists of the plays that ended when the loop went on to its next item."""
    rig.player.follow(follower(library).look())
    for _ in rig.ticks(3):
        pass
    before = [slot.asset.title for slot in rig.player.show.shown]
    rig.leap(9 * 60)
    for _ in rig.ticks(60):
        pass
    assert rig.player.show.card is None
    assert before != [slot.asset.title for slot in rig.player.show.shown] != []
    return [str(play.playlist_id) for play in rig.plays]


def test_it_is_on_the_glass_and_no_play_of_it_counts(library: Library) -> None:
    pair(library, FIRST)
    with playing(welcomed(library)) as rig:
        assert plays_after_an_item(library, rig) == []


def test_a_player_that_counts_it_would_be_found(library: Library) -> None:
    """The broken twin."""
    pair(library, FIRST)
    with playing(welcomed(library)) as rig:
        rig.player._countable = lambda: rig.player.show.shown  # type: ignore[method-assign]
        assert plays_after_an_item(library, rig) == [welcome.PLAYLIST]
