from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from edge.cache.plan import Stored, files_of, fits, soonest_first, to_evict
from tests.fakes.device_cloud import manifest
from vizora.identifiers import ContentId
from vizora.manifest.model import Manifest

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


def read(document: dict[str, object]) -> Manifest:
    return msgspec.convert(document, Manifest)


def test_two_contents_with_the_same_bytes_are_one_file() -> None:
    made = read(manifest(1, {"a": b"same", "b": b"same", "c": b"other"}))

    assert sorted(file.size for file in files_of(made).values()) == [4, 5]
    assert files_of(None) == {}


def test_content_without_a_file_has_nothing_to_fetch() -> None:
    document = manifest(1, {})
    document["assets"] = {"t": {"type": "text", "text": "hello"}}

    assert files_of(read(document)) == {}


def test_soonest_need_first_then_the_small_ones() -> None:
    made = read(manifest(1, {"later": b"55555", "now": b"22", "never-big": b"4444", "never-small": b"1"}))
    needed = {ContentId("later"): NOW + timedelta(hours=1), ContentId("now"): NOW, ContentId("unknown"): NOW}

    assert [file.size for file in soonest_first(made, needed)] == [2, 5, 1, 4]


def stored(sha: str, size: int, used_at: float) -> Stored:
    return Stored(sha, size, used_at)


def test_the_least_recently_used_goes_first_and_only_as_many_as_must() -> None:
    files = [stored("new", 100, 3), stored("old", 100, 1), stored("mid", 100, 2)]

    assert to_evict(files, frozenset(), cache_size=350, incoming=50, free=10_000) == ()
    assert to_evict(files, frozenset(), cache_size=300, incoming=50, free=10_000) == ("old",)
    assert to_evict(files, frozenset({"old"}), cache_size=200, incoming=50, free=10_000) == ("mid", "new")


def test_a_full_disk_makes_room_even_when_the_cache_is_small() -> None:
    assert to_evict([stored("old", 100, 1)], frozenset(), cache_size=10**9, incoming=100, free=20) == ("old",)


def test_a_tenth_of_room_is_kept() -> None:
    assert fits(100, 110)
    assert not fits(100, 109)


FILES = st.lists(st.builds(Stored, st.uuids().map(str), st.integers(0, 500), st.floats(0, 9)), max_size=12)


@given(FILES, st.sets(st.integers(0, 11)), st.integers(0, 3000), st.integers(0, 600), st.integers(0, 2000))
def test_what_is_needed_never_goes(files: list[Stored], kept: set[int], cache: int, incoming: int, free: int) -> None:
    keep = frozenset(file.sha256 for index, file in enumerate(files) if index in kept)

    going = to_evict(files, keep, cache_size=cache, incoming=incoming, free=free)

    assert not keep & set(going)
    left = [file for file in files if file.sha256 not in going]
    room = free + sum(file.size for file in files if file.sha256 in going)
    is_enough = sum(file.size for file in left) + incoming <= cache and fits(incoming, room)
    assert is_enough or {file.sha256 for file in left} == keep & {file.sha256 for file in files}
