"""The order of a shuffled cycle: the same on every screen, in every release, in any language.

SplitMix64 (Steele, Lea, Flood 2014) drives a Fisher-Yates shuffle from the last place down. The state starts at
`(seed mod 2^64) xor (cycle mod 2^64) * 0x9E3779B97F4A7C15`, and each place takes `next() mod (place + 1)`; for lists of
signage size the bias of the remainder is below 2^-50. Python's `random` is not used: it promises no stable order.
"""

_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15


def permutation(count: int, seed: int, cycle: int) -> list[int]:
    """The places 0 to count-1 in the order in which cycle number `cycle` shows them."""
    order = list(range(count))
    state = (seed & _MASK) ^ ((cycle & _MASK) * _GOLDEN & _MASK)
    for place in range(count - 1, 0, -1):
        state = (state + _GOLDEN) & _MASK
        mixed = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        other = (mixed ^ (mixed >> 31)) % (place + 1)
        order[place], order[other] = order[other], order[place]
    return order
