"""Ids, those that grow with time above all."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from cloud.db.ids import growing_id, new_id, passing_id

LATEST = datetime(9999, 12, 31, tzinfo=UTC)
instants = st.datetimes(datetime(1970, 1, 2), LATEST.replace(tzinfo=None), timezones=st.just(UTC))  # noqa: DTZ001
ONE = timedelta(milliseconds=1)


@given(instants, st.timedeltas(ONE, timedelta(days=9999)))
def test_what_is_made_later_sorts_later(at: datetime, after: timedelta) -> None:
    assert growing_id(at) < growing_id(min(at + min(after, LATEST - at), LATEST) + ONE)


@given(instants)
def test_it_is_a_uuid_of_version_7_that_starts_with_its_time(at: datetime) -> None:
    id_ = UUID(growing_id(at))

    assert (id_.version, id_.variant) == (7, "specified in RFC 4122")
    assert id_.int >> 80 == (at - datetime(1970, 1, 1, tzinfo=UTC)) // ONE


def test_both_others_are_random_ones_of_version_4() -> None:
    for id_ in (UUID(new_id()), UUID(passing_id())):
        assert (id_.version, id_.variant) == (4, "specified in RFC 4122")


def test_no_two_of_one_instant_are_alike() -> None:
    at = datetime(2026, 11, 26, tzinfo=UTC)

    assert len({growing_id(at) for _ in range(1000)}) == 1000
    assert new_id() != new_id()
    assert passing_id() != passing_id()
