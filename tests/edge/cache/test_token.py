import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from edge.cache.databases import open_db
from edge.cache.facts import Facts
from edge.cache.schema import events_migrations
from edge.cache.token import Token, renewal_due
from edge.identity import Credentials
from tests.fakes.clock import FakeClock
from tests.fakes.held_worker import HeldWorker
from vizora.identifiers import DeviceId

ISSUED = datetime(2026, 11, 22, 9, tzinfo=UTC)


def jwt(issued: datetime, days: int = 365) -> str:
    times = {"iat": int(issued.timestamp()), "exp": int((issued + timedelta(days=days)).timestamp())}
    return f"e30.{base64.urlsafe_b64encode(json.dumps(times).encode()).decode().rstrip('=')}.c2ln"


@pytest.mark.parametrize(("day", "due"), [(0, False), (240, False), (244, True), (400, True)])
def test_it_is_due_after_two_thirds_of_its_life(day: int, due: bool) -> None:
    assert renewal_due(jwt(ISSUED), ISSUED + timedelta(days=day)) is due


@pytest.mark.parametrize("token", ["", "opaque", "a.b.c", "a.!!!.c", "e30.e30.x", "e30.eyJpYXQiOjFlOTl9.x"])
def test_what_cannot_be_read_is_left_alone(token: str) -> None:
    assert renewal_due(token, ISSUED) is False


class Cloud:
    def __init__(self) -> None:
        self.renewed = 0

    def renew(self) -> str:
        self.renewed += 1
        return jwt(ISSUED + timedelta(days=250))


@pytest.fixture
def facts(tmp_path: Path) -> Iterator[Facts]:
    opened = open_db(tmp_path / "events.db", events_migrations, synchronous="FULL")
    yield Facts(opened.db)
    opened.db.close()


def credentials(paired_at: datetime = ISSUED) -> Credentials:
    return Credentials("http://c", "ws://c", DeviceId("d"), jwt(ISSUED), (), paired_at)


def test_it_renews_once_and_survives_a_restart_but_not_another_pairing(facts: Facts) -> None:
    cloud, worker, clock = Cloud(), HeldWorker(), FakeClock(wall=ISSUED)
    token = Token(facts, credentials())
    for _ in range(260):
        clock.pass_time(86400)
        token.turn(cloud, worker, clock, is_clock_confirmed=lambda: True)
        worker.run()

    assert cloud.renewed == 1
    assert token.value == Token(facts, credentials()).value == jwt(ISSUED + timedelta(days=250))
    assert Token(facts, credentials(paired_at=ISSUED + timedelta(days=300))).value == jwt(ISSUED)


def test_a_clock_nobody_confirmed_renews_nothing(facts: Facts) -> None:
    cloud, worker = Cloud(), HeldWorker()
    clock = FakeClock(wall=ISSUED + timedelta(days=3650))

    Token(facts, credentials()).turn(cloud, worker, clock, is_clock_confirmed=lambda: False)

    assert worker.is_idle
    assert cloud.renewed == 0


class Issuing(Cloud):
    """Gives a token from now on, and knows until when the newest one holds."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self._clock = clock
        self.holds_until = ISSUED + timedelta(days=365)

    def renew(self) -> str:
        assert self._clock.now() < self.holds_until, "an expired token renews nothing"
        self.renewed += 1
        self.holds_until = self._clock.now() + timedelta(days=365)
        return jwt(self._clock.now())


def refused_on(life: list[tuple[int, int]]) -> int | None:
    """A screen that is on for some days and off for some, again and again: the day on which its token has expired."""
    clock, worker = FakeClock(wall=ISSUED), HeldWorker()
    cloud, db = Issuing(clock), Database(memory=True)
    events_migrations.apply(db)
    for on, off in life:
        token = Token(Facts(db), credentials())
        for _ in range(on):
            if clock.now() >= cloud.holds_until:
                return (clock.now() - ISSUED).days
            token.turn(cloud, worker, clock, is_clock_confirmed=lambda: True)
            worker.run()
            clock.pass_time(86_400)
        clock.pass_time(86_400 * off)
    return None


@given(st.lists(st.tuples(st.integers(1, 200), st.integers(0, 120)), min_size=6, max_size=12))
@settings(max_examples=60)
def test_a_screen_that_is_never_off_for_four_months_on_end_is_never_refused(life: list[tuple[int, int]]) -> None:
    assert refused_on(life) is None


def test_one_that_renews_at_the_last_moment_or_was_off_for_a_year_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin, and the limit of the promise."""
    assert refused_on([(240, 360), (10, 0)]) == 600
    assert refused_on([(300, 120), (200, 0)]) is None

    monkeypatch.setattr("edge.cache.token.renewal_due", lambda _, now: now >= ISSUED + timedelta(days=364))

    assert refused_on([(300, 120), (200, 0)]) == 420
