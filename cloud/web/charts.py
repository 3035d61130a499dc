"""Small charts drawn on the server: bars from numbers, with the axis a person would choose. Pure.

Lengths are percent of the drawing, so that it fits any width; the numbers themselves stand in the table beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

STEPS = (1, 2, 5)
LINES = 4
LABELS = 8


@dataclass(frozen=True, slots=True)
class Column:
    """An upright bar. `label` is empty where there is no room for one; `words` are for who points at it."""

    x: float
    width: float
    y: float
    height: float
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """Across, at a round number."""

    y: float
    words: str


@dataclass(frozen=True, slots=True)
class Columns:
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


def columns(points: Sequence[tuple[str, int, str]]) -> Columns:
    """Upright bars for (label, number, words), from left to right."""
    top = ceiling(max((number for _, number, _ in points), default=0))
    slot = 100 / max(1, len(points))
    every = -(-len(points) // LABELS) or 1
    drawn = tuple(
        Column(
            x=round(index * slot + slot * 0.1, 3),
            width=round(slot * 0.8, 3),
            y=round(100 - 100 * number / top, 3),
            height=round(100 * number / top, 3),
            label=label if index % every == 0 else "",
            words=words,
        )
        for index, (label, number, words) in enumerate(points)
    )
    lines = tuple(Line(100 - 100 * part / LINES, short(top * part // LINES)) for part in range(1, LINES + 1))
    return Columns(drawn, lines if top >= LINES else lines[-1:])


def shares(numbers: Sequence[int]) -> list[float]:
    """Each number's length in percent of the largest one's, for bars that lie beside their words."""
    most = max(numbers, default=0)
    return [round(100 * number / most, 2) if most else 0.0 for number in numbers]


def ceiling(number: int) -> int:
    """The next of 4, 8, 20, 40, 80, 200… that is not less: it falls into LINES equal whole parts."""
    power = LINES
    while True:
        for step in STEPS:
            if step * power >= number:
                return step * power
        power *= 10


def short(number: int) -> str:
    """`950`, `12k`, `3.4M`."""
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if number >= size:
            return f"{number / size:.1f}".removesuffix(".0") + letter
    return str(number)
