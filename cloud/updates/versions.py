"""Which of two versions is newer: numbers by their value, `1.2rc1` and `1.2-beta` before `1.2`, `1.2+fix` after it."""

import re

LONGEST = 60
_VERSION = re.compile(r"(\d{1,9}(?:\.\d{1,9}){0,4})([-~+._]?[A-Za-z][0-9A-Za-z.+~_-]*)?")
_PART = re.compile(r"\d+|[A-Za-z]+")

Age = tuple[tuple[int, ...], int, tuple[tuple[int, int, str], ...]]
"""Compares as the versions do."""

OLDEST: Age = ((), 0, ())


def age_of(version: str) -> Age | None:
    """None for what is no version that could be compared."""
    found = _VERSION.fullmatch(version) if len(version) <= LONGEST else None
    if found is None:
        return None
    numbers = [int(number) for number in found[1].split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    more = found[2] or ""
    rank = 1 if not more else 2 if more.startswith("+") else 0
    return tuple(numbers), rank, tuple(_part(part) for part in _PART.findall(more))


def is_newer(version: str, than: str) -> bool:
    """A version that can't be compared is older than any other."""
    return (age_of(version) or OLDEST) > (age_of(than) or OLDEST)


def _part(text: str) -> tuple[int, int, str]:
    return (1, int(text), "") if text.isdigit() else (0, 0, text.lower())
