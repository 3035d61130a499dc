"""Tickers and clocks on the glass, in virtual time."""

from collections.abc import Iterator
from itertools import pairwise

import pygame
import pytest
from PIL import Image

from edge.player.sources.clock_face import reading
from edge.player.sources.ticker import speed_of
from edge.player.workers import lettering
from tests.edge.player.rig import WINDOW, Library, Rig, playing, uid
from vizora.identifiers import ContentId
from vizora.manifest.model import Asset, ClockFace, ContentType, TextStyle

RED, BLUE = "#c02020", "#1040a0"
WIDTH, HEIGHT = WINDOW
STEP = speed_of(10, WIDTH) // 60


def words(library: Library, text: str, style: TextStyle, *, milliseconds: int | None = None, times: int = 1) -> None:
    content = ContentId(uid(20))
    library.assets[content] = Asset(type=ContentType.TEXT, title="words", text=text, style=style)
    library.publish(library.manifest(*[(content, milliseconds)] * times))


def rows(rig: Rig) -> list[bytes]:
    """The glass, row by row."""
    picture = rig.stage.read()
    raw = pygame.image.tobytes(picture, "RGB")
    line = picture.get_width() * 3
    return [raw[n * line : (n + 1) * line] for n in range(picture.get_height())]


def moved(before: list[bytes], after: list[bytes], by: int) -> bool:
    """Whether everything lies `by` pixels further to the right."""
    if by < 0:
        return moved(after, before, -by)
    return all(old[: -by * 3] == new[by * 3 :] for old, new in zip(before, after, strict=True))


def frames(library: Library, ticks: int) -> Iterator[list[bytes]]:
    with playing(Rig(library)) as rig:
        rig.begin()
        for _ in rig.ticks(ticks):
            yield rows(rig)


@pytest.mark.parametrize(
    ("text", "by"),
    [("Doors open at eight, the show begins at nine", -STEP), ("مرحبا بكم في المتحف، الدخول مجاني اليوم", STEP)],
)
def test_a_ticker_moves_evenly_also_from_one_showing_to_the_next(text: str, by: int, library: Library) -> None:
    words(library, text, TextStyle(kind="ticker", background=RED), milliseconds=1000, times=2)
    seen = list(frames(library, 150))
    changes = list(pairwise(seen))

    assert all(moved(before, after, by) for before, after in changes)
    assert not any(moved(before, after, 0) for before, after in changes)


def test_a_ticker_of_another_pace_is_told_apart(library: Library) -> None:
    words(
        library, "Doors open at eight, the show begins at nine", TextStyle(kind="ticker", speed=30), milliseconds=1000
    )
    seen = list(frames(library, 60))

    assert not all(moved(before, after, -STEP) for before, after in pairwise(seen))


def test_a_ticker_may_be_longer_than_a_texture(library: Library) -> None:
    words(library, "A long story. " * 60, TextStyle(kind="ticker", background=BLUE), milliseconds=60_000)
    with playing(Rig(library)) as rig:
        rig.begin()
        inked = []
        for tick in rig.ticks(60 * 12):
            if tick % 60 == 0:
                inked.append(any(rig.colour(x, HEIGHT // 2)[0] > 200 for x in range(0, WIDTH, 2)))

    assert all(inked)
    assert rig.player.show.unplayable(rig.clock.now()) == {}


def expected(face: ClockFace, rig: Rig) -> Image.Image:
    picture = lettering.clock(reading(face, rig.clock.now(), "UTC"), WINDOW, lettering.Look(BLUE))
    assert isinstance(picture, Image.Image)
    return picture


def test_a_clock_changes_on_the_tick_and_is_never_late(library: Library) -> None:
    face = ClockFace(seconds=True, date="dmy", caption="Here")
    words(library, "Clock", TextStyle(kind="clock", background=BLUE, clock=face))
    wrong, said = 0, set()
    with playing(Rig(library)) as rig:
        rig.begin()
        for _ in rig.ticks(150):
            glass = b"".join(rows(rig))
            wrong += glass != expected(face, rig).tobytes()
            said.add(hash(glass))

    assert wrong == 0
    assert len(said) == 3


def test_a_clock_that_is_set_says_the_new_time(library: Library) -> None:
    face = ClockFace()
    words(library, "Clock", TextStyle(kind="clock", background=BLUE, clock=face))
    wrong = 0
    with playing(Rig(library)) as rig:
        rig.begin()
        for tick in (60 * 3600, 60 * 60, 60 * 86_400):
            rig.leap(tick)
            list(rig.ticks(3))
            wrong += b"".join(rows(rig)) != expected(face, rig).tobytes()

    assert wrong == 0


def test_a_kind_of_tomorrow_is_shown_as_a_still_text(library: Library) -> None:
    words(library, "Hello", TextStyle(kind="ticker", background=RED))
    document = library.paths.current_manifest
    document.write_bytes(document.read_bytes().replace(b'"kind":"ticker"', b'"kind":"puzzle"'))
    with playing(Rig(library)) as rig:
        rig.begin()
        first = rows(rig)
        later = [rows(rig) for _ in rig.ticks(30)][-1]

    assert first == later
    assert rig.player.show.unplayable(rig.clock.now()) == {}


def test_size_and_colours_are_the_publishers(library: Library) -> None:
    words(library, "X", TextStyle(colour="#00ff00", background=RED, size=60))
    with playing(Rig(library)) as rig:
        rig.begin()
        green = sum(rig.colour(WIDTH // 2, y)[1] > 200 for y in range(0, HEIGHT, 4))

        assert rig.colour(3, 3) == (0xC0, 0x20, 0x20)
    assert green > 0


@pytest.mark.parametrize("text", ["ein Wort", "word " * 40, "W" * 30])
def test_what_is_written_never_leaves_its_box(text: str) -> None:
    picture = lettering.still(text, (200, 100), lettering.Look(RED, "#ffffff", 100))
    edge = {picture.getpixel((x, y)) for x in range(200) for y in (0, 99)}

    assert picture.size == (200, 100)
    assert edge == {(0xC0, 0x20, 0x20)}


def test_a_strip_is_cut_where_a_screen_could_not_hold_it() -> None:
    strip = lettering.strip("never-ending " * 5000, 400, lettering.Look(RED))

    assert strip.width * strip.height <= lettering.MAX_STRIP_PIXELS
