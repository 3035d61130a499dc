from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.cache.update_rules import MOST_REMEMBERED, RESERVE, Past, Traces, known_now, may_ask, obstacle
from edge.status import UpdateStatus
from vizora.device_api import Attempt, Outcome, UpdateOffer

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
TAKEN = Attempt("1.2", Outcome.TAKEN)
OFFER = UpdateOffer("1.2", "a" * 64, 500_000_000)
GONE, CUT = Traces(False, None, False), Traces(False, None, True)
WRITING, REFUSED = Traces(True, None, True), Traces(True, "wrong board", False)


def runs(version: str, state: str = "confirmed") -> UpdateStatus:
    return UpdateStatus(NOON, "A", "A", version, state, False, "mounted", "rpi")


@pytest.mark.parametrize(
    ("status", "traces", "outcome"),
    [
        (runs("1.0"), WRITING, "taken"),
        (runs("1.0"), REFUSED, "refused"),
        (runs("1.0"), CUT, "cut-off"),
        (runs("1.0"), GONE, "fell-back"),
        (runs("1.0", "waiting"), GONE, "fell-back"),
        (runs("1.2", "waiting"), GONE, "taken"),
        (runs("1.2", "unconfirmed"), GONE, "taken"),
        (runs("1.2"), GONE, "works"),
        (runs("1.2"), CUT, "works"),
        (None, GONE, "taken"),
    ],
)
def test_what_became_of_it_is_read_off_what_lies_there(
    status: UpdateStatus | None, traces: Traces, outcome: str
) -> None:
    assert known_now(TAKEN, status, traces).outcome == outcome


def test_it_says_why() -> None:
    assert known_now(TAKEN, runs("1.0"), REFUSED).why == "wrong board"
    assert known_now(TAKEN, runs("1.0"), GONE).why == "version 1.0 runs again, in slot A"


@pytest.mark.parametrize("outcome", [one for one in Outcome if one is not Outcome.TAKEN])
def test_what_is_known_once_stays_so(outcome: Outcome) -> None:
    over = Attempt("1.2", outcome)

    assert known_now(over, runs("1.0"), GONE) == over


def test_what_failed_is_remembered_and_what_was_cut_off_is_not() -> None:
    past = Past()
    for version, outcome in (("1", "taken"), ("1", "fell-back"), ("2", "refused"), ("3", "cut-off"), ("4", "works")):
        past = past.having(Attempt(version, Outcome(outcome)))

    assert past == Past(Attempt("4", Outcome.WORKS), ("1", "2"))


@given(st.lists(st.tuples(st.integers(0, 60).map(str), st.sampled_from(Outcome)), max_size=80))
def test_the_newest_failures_are_remembered_and_not_for_ever_more(attempts: list[tuple[str, Outcome]]) -> None:
    past = Past()
    for version, outcome in attempts:
        past = past.having(Attempt(version, outcome))

    assert len(past.tried) == len(set(past.tried)) <= MOST_REMEMBERED


@pytest.mark.parametrize(
    ("past", "status", "may"),
    [
        (Past(), runs("1.0"), True),
        (Past(), None, False),
        (Past(), runs("1.0", "waiting"), False),
        (Past(TAKEN), runs("1.0"), False),
        (Past(Attempt("1.2", Outcome.CUT_OFF)), runs("1.0"), True),
    ],
)
def test_it_is_asked_while_something_could_be_installed(past: Past, status: UpdateStatus | None, may: bool) -> None:
    assert may_ask(past, status) is may


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, ""),
        ({"past": Past(None, ("1.2",))}, "tried before"),
        ({"past": Past(None, ("1.1",))}, ""),
        ({"is_content_due": True}, "content comes first"),
        ({"free": 550_000_000}, "it needs 600 MB of storage, 550 MB are free"),
        ({"free": OFFER.size + RESERVE}, ""),
        ({"free": RESERVE, "have": OFFER.size - 1}, "100 MB are free"),
        ({"free": 0, "have": OFFER.size}, ""),
    ],
)
def test_it_begins_when_nothing_is_in_its_way(changes: dict[str, Any], says: str) -> None:
    given_: dict[str, Any] = {"past": Past(), "have": 0, "free": 10**12, "is_content_due": False, **changes}
    past = given_.pop("past")

    told = obstacle(OFFER, past, **given_)

    assert says in told
    assert bool(told) is bool(says)
