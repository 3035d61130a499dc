import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.updates.versions import age_of, is_newer

ORDERED = ["0.9", "1.0-beta", "1.0rc1", "1.0rc2", "1.0rc10", "1.0", "1.0+fix", "1.0.1", "1.2", "1.10", "2"]
versions = st.from_regex(r"\d{1,3}(\.\d{1,3}){0,3}((-|\+|)[a-z]{1,4}\d{0,2})?", fullmatch=True)


@pytest.mark.parametrize(("older", "newer"), list(itertools.pairwise(ORDERED)))
def test_versions_are_older_and_newer_as_people_write_them(older: str, newer: str) -> None:
    assert is_newer(newer, than=older)
    assert not is_newer(older, than=newer)


@pytest.mark.parametrize("text", ["", "new", "1..2", "1.2 ", "1/2", "9" * 61, "1.2\n"])
def test_what_is_no_version_is_older_than_any(text: str) -> None:
    assert age_of(text) is None
    assert is_newer("0.1", than=text)


def test_zeros_at_the_end_change_nothing() -> None:
    assert not is_newer("1.2.0", than="1.2")
    assert not is_newer("1.2", than="1.2.0")


@given(versions, versions, versions)
def test_newer_is_an_order(a: str, b: str, c: str) -> None:
    assert not (is_newer(a, b) and is_newer(b, a))
    assert not (is_newer(a, b) and is_newer(b, c)) or is_newer(a, c)
