"""Every kind of content gives way to every other one, by every transition: each tick's picture, to the pixel rows."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.edge.player.pieces import KINDS, ROWS, WIDTH, Media, Piece, every_pair
from tests.edge.player.rig import Library, Rig, playing
from vizora.manifest.model import Transition, TransitionKind

LENGTH, CHANGE = 400, 200
"""Milliseconds of an item, and of the transition that brings it in."""
TICKS = LENGTH * 60 // 1000
PLACES = range(8, WIDTH, 16)
ABOUT = 12
"""Levels by which colour conversion, JPEG and rounding may be off."""


@dataclass(frozen=True)
class Looked:
    wrong: int
    black: int
    digest: str


def eased(progress: float) -> float:
    """Slow, fast, slow: 3p^2 - 2p^3."""
    return progress * progress * (3 - 2 * progress)


@dataclass(frozen=True)
class Oracle:
    """What belongs on the glass, from the order and the clock alone."""

    order: list[Piece]
    transition: TransitionKind

    def level(self, tick: int, x: int, row: int) -> int | None:
        """`tick` counts from the beginning of the round's first item; None where anything may be."""
        number, into = divmod(tick, TICKS)
        new, old = self.order[number % len(self.order)], self.order[(number - 1) % len(self.order)]
        progress = into * 1000 / 60 / CHANGE

        def of(piece: Piece, tick: int, x: int) -> int | None:
            return piece.level(piece.picture_at(tick / 60, LENGTH / 1000), x, row)

        if progress >= 1 or self.transition is TransitionKind.CUT or number == 0:
            return of(new, into, x)
        share = eased(progress)
        if self.transition is TransitionKind.WIPE:
            return of(new, into, x) if x < round(share * WIDTH) else of(old, TICKS - 1, x)
        if self.transition is TransitionKind.SLIDE:
            moved = round((1 - share) * WIDTH)
            return of(new, into, x - moved) if x >= moved else of(old, TICKS - 1, x + WIDTH - moved)
        before, after = of(old, TICKS - 1, x), of(new, into, x)
        return None if before is None or after is None else round(before + (after - before) * share)


def play(library: Library, media: Media, shown: TransitionKind, claimed: TransitionKind) -> Looked:
    """A round with the transition `shown`, judged as if it were `claimed`."""
    pieces = media.into(library)
    order = [pieces[name, n % 2] for n, name in enumerate(every_pair())]
    transition = Transition(kind=shown, duration_ms=CHANGE)
    library.publish(library.manifest(*((piece.content, LENGTH) for piece in order), transition=transition))
    oracle, seen = Oracle(order, claimed), []
    wrong = black = 0
    with playing(Rig(library)) as rig:
        rig.begin()
        assert rig.player.show.answer is not None
        zone = rig.player.show.answer.zones[0]
        first = zone.index * TICKS + round(zone.offset_ms * 60 / 1000)
        for tick in rig.ticks(TICKS * (len(order) + 1)):
            rows = rig.levels(ROWS, PLACES)
            seen.append(rows)
            black += max(max(row) for row in rows) < 20
            if tick >= TICKS:  # the first one came in without one before it
                wrong += any(
                    want is not None and abs(level - want) > ABOUT
                    for row, levels in enumerate(rows)
                    for x, level in zip(PLACES, levels, strict=True)
                    for want in (oracle.level(first + tick, x, row),)
                )
    return Looked(wrong, black, hashlib.sha256(repr(seen).encode()).hexdigest())


@pytest.mark.parametrize("kind", TransitionKind)
def test_every_kind_gives_way_to_every_other(kind: TransitionKind, library: Library, media: Media) -> None:
    looked = play(library, media, kind, kind)

    assert (looked.wrong, looked.black) == (0, 0)


def test_every_picture_is_the_same_in_another_run(tmp_path: Path, media: Media) -> None:
    runs = [
        play(Library(tmp_path / str(n)), media, TransitionKind.CROSSFADE, TransitionKind.CROSSFADE) for n in range(2)
    ]

    assert runs[0].digest == runs[1].digest


def test_a_player_that_only_cuts_is_caught(library: Library, media: Media) -> None:
    looked = play(library, media, TransitionKind.CUT, TransitionKind.SLIDE)

    assert looked.wrong > len(KINDS) ** 2 * 5


def test_the_round_holds_every_pair() -> None:
    order = every_pair()
    pairs = {(one, other) for one in KINDS for other in KINDS}

    assert {(one, other) for one, other in zip(order, order[1:] + order[:1], strict=True)} == pairs
