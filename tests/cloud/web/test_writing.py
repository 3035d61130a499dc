"""How lengths and sizes are written."""

import pytest

from cloud.web.writing import length_of, size_of


@pytest.mark.parametrize(
    ("milliseconds", "written"),
    [
        (None, ""),
        (7_000, "7 s"),
        (59_400, "59 s"),
        (59_600, "1 min"),
        (75_000, "1:15 min"),
        (3_600_000, "1 h"),
        (3_725_000, "1:02:05 h"),
        (5_400_000, "1:30:00 h"),
    ],
)
def test_a_length(milliseconds: int | None, written: str) -> None:
    assert length_of(milliseconds).replace("\xa0", " ") == written


@pytest.mark.parametrize(
    ("count", "written"),
    [(None, ""), (0, "0 B"), (999, "999 B"), (63_779, "64 kB"), (999_600, "1.0 MB"), (104_857_600, "104.9 MB")],
)
def test_a_size(count: int | None, written: str) -> None:
    assert size_of(count).replace("\xa0", " ") == written
