"""How long to wait before trying again: growing, bounded, and never the same on every device."""

FIRST_S = 1.0
LONGEST_S = 60.0


def delay_s(failures: int, jitter: float, *, first: float = FIRST_S, longest: float = LONGEST_S) -> float:
    """Seconds to wait after `failures` in a row; `jitter` is random in [0, 1).

    Half of the wait is fixed, half random ("equal jitter"): a fleet that lost its cloud comes back spread out,
    and no device hammers.
    """
    whole = min(longest, first * 2.0 ** min(max(failures - 1, 0), 30))
    return whole / 2 + whole / 2 * jitter
