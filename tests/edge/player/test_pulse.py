import pytest

from edge.player.pulse import STANDSTILL, Pulse
from tests.edge.player.rig import Library, Rig, playing
from vizora.manifest.model import ContentType


def beats(pulse: Pulse, seconds: int, *, changed: bool, owing: bool) -> list[bool]:
    return [pulse.beats(presented=True, changed=changed, owing=owing, mono=float(n)) for n in range(seconds)]


def test_a_still_picture_is_alive_as_long_as_frames_are_presented() -> None:
    assert all(beats(Pulse(), 600, changed=False, owing=False))


def test_a_film_that_moves_is_alive() -> None:
    assert all(beats(Pulse(), 600, changed=True, owing=True))


def test_a_film_that_stands_still_though_it_owes_pictures_is_not() -> None:
    alive = beats(Pulse(), 20, changed=False, owing=True)

    assert alive == [n < STANDSTILL for n in range(20)]


def test_nothing_presented_is_no_sign_of_life() -> None:
    assert not Pulse().beats(presented=False, changed=True, owing=False, mono=0.0)


@pytest.mark.parametrize("broken", [False, True])
def test_a_player_whose_zone_stands_still_is_not_fed(broken: bool, library: Library, clips: dict[int, bytes]) -> None:
    """Every frame is presented; but the zone takes no more pictures, as if its own look after films had failed."""
    library.publish(library.manifest((library.add(8, ContentType.VIDEO, clips[8], 4000), 60_000)))
    with playing(Rig(library)) as rig:
        rig.begin()
        list(rig.ticks(60))
        if broken:
            rig.player.show.step = lambda *_: rig.player._scene  # type: ignore[method-assign,assignment]
            rig.player.show.overdue = lambda now: True  # type: ignore[method-assign]
        alive = [rig.player.is_alive for _ in rig.ticks(60 * 10)]

    assert any(alive[-60:]) is not broken
