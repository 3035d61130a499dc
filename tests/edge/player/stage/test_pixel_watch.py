"""The pixel watchdog: never wrong about a player that is right, and what it does about a glass that isn't."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from edge.player.stage.pixel_watch import IN_A_ROW, LADDER, PixelWatch, Remedy, Spot, differs, due
from edge.player.stage.samples import Colour
from tests.edge.player.pieces import Media, every_pair
from tests.edge.player.rig import Library, Rig, playing
from tests.edge.player.stage.test_turned_zones import laid_out, panel
from tests.edge.player.test_process import is_playing, running, status, until
from tests.fakes.marker_clips import HEIGHT, WIDTH
from tests.fakes.xserver import covered, free_number, xserver
from vizora.manifest.model import ContentType, Transition, TransitionKind

Stills = dict[int, bytes]


def test_one_wrong_look_is_forgiven_and_remedies_grow_stronger() -> None:
    watch = PixelWatch()
    said = [watch.looked(differs=True) for _ in range(2 * len(LADDER))]

    assert said[::IN_A_ROW] == [None] * len(LADDER)
    assert said[1::IN_A_ROW] == list(LADDER)
    assert watch.looked(differs=True) is None
    assert watch.looked(differs=False) is None
    assert [watch.looked(differs=True), watch.looked(differs=True)] == [None, Remedy.REDRAW]
    assert (watch.tried, watch.total) == (1, len(LADDER) + 1)


def test_a_look_that_says_nothing_changes_nothing() -> None:
    watch = PixelWatch()

    assert [watch.looked(one) for one in (True, None, True)] == [None, None, Remedy.REDRAW]


SPOTS = tuple(Spot(n, 0, (100, 100, 100)) for n in range(6))


@pytest.mark.parametrize(("wrong", "answer"), [(0, False), (3, False), (4, True), (6, True)])
def test_most_places_have_to_look_otherwise(wrong: int, answer: bool) -> None:
    seen: list[Colour] = [(0, 0, 0)] * wrong + [(110, 95, 100)] * (6 - wrong)

    assert differs(SPOTS, lambda _: seen) is answer


def test_with_few_places_nothing_is_said() -> None:
    assert differs(SPOTS[:3], lambda _: [(0, 0, 0)] * 3) is None


def looks(rig: Rig, ticks: int) -> list[bool | None]:
    """What a look after each frame would say."""
    return [differs(due(scene), rig.stage.look) for _ in rig.ticks(ticks) if (scene := rig.player._scene) is not None]


@pytest.mark.parametrize("kind", [TransitionKind.CUT, TransitionKind.SLIDE])
def test_it_finds_nothing_wrong_with_any_kind_nor_with_their_changes(
    kind: TransitionKind, library: Library, media: Media
) -> None:
    pieces = media.into(library)
    order = [pieces[name, n % 2].content for n, name in enumerate(every_pair()[:12])]
    transition = Transition(kind=kind, duration_ms=150)
    library.publish(library.manifest(*((content, 300) for content in order), transition=transition))
    with playing(Rig(library)) as rig:
        rig.begin()
        said = looks(rig, 12 * 18)

    assert True not in said
    assert said.count(False) > len(said) // 4


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_it_finds_nothing_wrong_with_zones_on_a_turned_screen(rotation: int, library: Library, media: Media) -> None:
    library.publish(laid_out(library, media.into(library), rotation))
    with playing(Rig(library, size=panel(rotation))) as rig:
        rig.begin()
        said = looks(rig, 70)

    assert True not in said
    assert False in said


def test_a_glass_that_stays_black_is_drawn_anew_made_anew_and_given_up(library: Library, stills: Stills) -> None:
    library.publish(library.manifest((library.add(3, ContentType.IMAGE, stills[3]), 60_000)))
    with playing(Rig(library)) as rig:
        rig.begin()
        right = [rig.player.look_at_the_glass() for _ in rig.ticks(60 * 5)]

        def black(places: Sequence[tuple[int, int]]) -> list[Colour]:
            return [(0, 0, 0) for _ in places]

        rig.stage.look = black  # type: ignore[method-assign]
        said = []
        for _ in rig.ticks(60 * 18):
            said.append(rig.player.look_at_the_glass())
            rig.wait()
        problem = rig.player.document()["problem"]
        shown = rig.marker()

    assert set(right) == {None}
    assert [remedy for remedy in said if remedy is not None] == list(LADDER)
    assert problem["code"] == "VZ-114"
    assert shown == (3, 0)  # the window that was made anew shows it again


def test_a_window_that_something_lies_over_comes_to_the_top_again(
    library: Library, stills: Stills, tmp_path: Path
) -> None:
    library.publish(library.manifest((library.add(3, ContentType.IMAGE, stills[3]), 60_000)))
    number = free_number()
    with xserver(tmp_path, number, (WIDTH, HEIGHT)) as glass, running(library, DISPLAY=f":{number}") as process:
        until(lambda: is_playing(library) and glass.marker() == (3, 0))
        with covered(number, (WIDTH, HEIGHT)):
            until(glass.is_black)
            until(lambda: glass.marker() == (3, 0))
            until(lambda: status(library).get("problem") is None and status(library).get("redrawn", 0) >= 2)
        still_runs = process.poll() is None

    assert still_runs
