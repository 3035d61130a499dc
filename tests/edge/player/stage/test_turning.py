"""A screen that hangs on its side or upside down: read back from the renderer as the panel shows it."""

from collections.abc import Callable
from pathlib import Path

import pygame
import pytest
from msgspec.structs import replace

from edge.player.control import Command
from tests.edge.player.rig import WINDOW, Library, Rig, playing
from tests.fakes import marker_clips
from vizora.manifest.model import ContentType, Manifest

Bytes = dict[int, bytes]
WIDTH, HEIGHT = WINDOW
ROTATIONS = (0, 90, 180, 270)


def turned(manifest: Manifest, rotation: int) -> Manifest:
    return replace(manifest, screen=replace(manifest.screen, rotation=rotation))


def panel(rotation: int) -> tuple[int, int]:
    """The panel's own size, so that the picture is as large as the marker needs."""
    return (HEIGHT, WIDTH) if rotation in (90, 270) else WINDOW


def marker_of(picture: pygame.Surface, rotation: int) -> marker_clips.Marker | None:
    """What somebody reads who looks at a panel whose picture was turned clockwise by `rotation`."""
    width, height = picture.get_size()
    places: dict[int, Callable[[int, int], tuple[int, int]]] = {
        0: lambda x, y: (x, y),
        90: lambda x, y: (width - 1 - y, x),
        180: lambda x, y: (width - 1 - x, height - 1 - y),
        270: lambda x, y: (y, height - 1 - x),
    }
    return marker_clips.read(lambda x, y: picture.get_at(places[rotation](x, y))[1])


@pytest.mark.parametrize("rotation", ROTATIONS)
def test_everything_is_turned(rotation: int, library: Library, clips: Bytes, stills: Bytes, tmp_path: Path) -> None:
    items = [(library.add(2, ContentType.VIDEO, clips[2], 1000), 1000)]
    items.append((library.add(3, ContentType.IMAGE, stills[3]), 1000))
    library.publish(turned(library.manifest(*items), rotation))
    with playing(Rig(library, size=panel(rotation))) as rig:
        rig.begin()
        seen = [marker_of(rig.stage.read(), rotation) for _ in rig.ticks(119)]
        shot = rig.player.command(Command("screenshot", {"file": str(tmp_path / "shot.png")}))
        assert callable(shot)
        shot()

    assert seen == [(2, tick // 2) if tick < 60 else (3, 0) for tick in range(1, 120)]
    upright = pygame.image.load(tmp_path / "shot.png")
    assert (marker_of(upright, 0), marker_of(upright, 180)) == ((3, 0), None)


def test_a_screen_that_is_hung_up_differently_is_laid_out_anew(library: Library, stills: Bytes) -> None:
    manifest = library.manifest((library.add(3, ContentType.IMAGE, stills[3]), 1000))
    library.publish(manifest)
    with playing(Rig(library, size=(WIDTH, WIDTH))) as rig:
        rig.begin()
        before = marker_of(rig.stage.read(), 0)
        seen = []
        for version, rotation in enumerate((180, 90, 0), 2):
            library.publish(turned(replace(manifest, version=version), rotation))
            rig.look()
            black = [rig.is_black() for _ in rig.ticks(10)]
            seen.append((rig.stage.size, any(black)))

    assert before is None  # a square window: the still lies in its middle
    assert seen == [((WIDTH, WIDTH), False)] * 3


def test_the_layout_follows_the_sides_of_the_screen(library: Library, stills: Bytes) -> None:
    manifest = library.manifest((library.add(3, ContentType.IMAGE, stills[3]), 1000))
    library.publish(manifest)
    with playing(Rig(library)) as rig:
        rig.begin()
        across = rig.stage.size
        library.publish(turned(replace(manifest, version=2), 90))
        rig.look()
        list(rig.ticks(10))
        upright = rig.stage.size
        picture = rig.stage.read()

    assert (across, upright) == (WINDOW, WINDOW[::-1])
    assert picture.get_size() == WINDOW
    background = picture.get_at((4, 4))[:3], picture.get_at((WIDTH - 5, HEIGHT - 5))[:3]
    assert background == ((32, 48, 64), (32, 48, 64))
    assert picture.get_at((WIDTH // 2, HEIGHT // 2))[:3] == (70, 90, 55)
