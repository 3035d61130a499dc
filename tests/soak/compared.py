"""Whether two ways of answering take the same time, told from two rows of measurements. Pure.

Ranks, not means: a machine that stops for a moment moves a few answers to the end of the order, whichever they are of.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median

MOST_APART = 0.02
"""Of the medians: less than what a busy machine, or the shortest network, hides many times over."""
SURE = 0.01
"""How seldom two rows of the same kind may be taken for different ones; shared by all rows that are compared."""


@dataclass(frozen=True, slots=True)
class Compared:
    ratio: float
    """Of the medians."""
    p: float
    """How likely two rows of the same kind would be ranked so differently (Mann and Whitney, two-sided)."""

    def alike(self, rows: int) -> bool:
        """Whether nothing can be learned: no difference that is both sure and of any size.

        `rows`: how many pairs of rows are looked at in all.
        """
        return abs(self.ratio - 1) <= MOST_APART or self.p >= SURE / rows


def compare(first: Sequence[float], second: Sequence[float]) -> Compared:
    return Compared(median(first) / median(second), rank_test(first, second))


def rank_test(first: Sequence[float], second: Sequence[float]) -> float:
    """The p-value of the Mann-Whitney U test, by its normal approximation with ties: for rows of twenty and more."""
    every = sorted([(value, True) for value in first] + [(value, False) for value in second])
    ranks, ties, place = 0.0, 0.0, 0
    for _, group in groupby(every, key=lambda one: one[0]):
        same = list(group)
        middle = place + (len(same) + 1) / 2
        ranks += middle * sum(is_first for _, is_first in same)
        ties += len(same) ** 3 - len(same)
        place += len(same)
    n, m = len(first), len(second)
    u = ranks - n * (n + 1) / 2
    spread = math.sqrt(n * m / 12 * ((n + m + 1) - ties / ((n + m) * (n + m - 1))))
    return 1.0 if spread == 0 else math.erfc(abs(u - n * m / 2) / spread / math.sqrt(2))
