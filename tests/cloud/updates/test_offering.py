"""Which release a screen is offered: a table for the rules, laws for what holds whatever there is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.updates.offering import Answer, Channel, Release, Screen, Why, Window, turn_of, what_to_offer
from vizora.schedule.zones import zone

NIGHT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SCREEN = Screen(
    id="6d0f0e52", channel=Channel.STABLE, window=Window("02:00", "05:00"), zone=zone("UTC"), board="rpi",
    version="1.0", state="confirmed",
)  # fmt: skip
RELEASE = Release("r2", "1.2", "rpi", Channel.STABLE, "a" * 64, 1000, percent=100)
BETA = replace(RELEASE, id="r3", version="1.3b1", channel=Channel.BETA)
OLD = replace(RELEASE, id="r1", version="1.1")


def offered(*releases: Release, now: datetime = NIGHT, asked: bool = False, **changes: Any) -> tuple[str, str | None]:
    answer = what_to_offer(replace(SCREEN, **changes), releases or (RELEASE,), now, asked=asked)
    return str(answer.why), answer.release.version if answer.release else None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("offered", "1.2")),
        ({"board": None}, ("unknown", None)),
        ({"board": "x86-64"}, ("newest", None)),
        ({"version": "1.2"}, ("newest", None)),
        ({"version": "1.3"}, ("newest", None)),
        ({"version": "homemade"}, ("offered", "1.2")),
        ({"channel": Channel.OFF}, ("off", None)),
        ({"state": "waiting"}, ("unconfirmed", "1.2")),
        ({"failed": frozenset({"1.2"})}, ("tried", "1.2")),
        ({"failed": frozenset({"1.1"})}, ("offered", "1.2")),
        ({"zone": zone("Asia/Tokyo")}, ("window", "1.2")),
        ({"window": Window("22:00", "04:00")}, ("offered", "1.2")),
        ({"window": Window("22:00", "02:59")}, ("window", "1.2")),
        ({"window": Window("09:00", "09:00")}, ("offered", "1.2")),
        ({"window": Window("03:00", "04:00")}, ("offered", "1.2")),
        ({"window": Window("02:00", "03:00")}, ("window", "1.2")),
    ],
)
def test_a_screen_gets_what_is_its_own_in_its_own_time(changes: dict[str, Any], expected: tuple[str, str]) -> None:
    assert offered(**changes) == expected


def test_the_newest_counts_and_not_the_last_one_added() -> None:
    assert offered(RELEASE, OLD) == ("offered", "1.2")
    assert offered(OLD, RELEASE) == ("offered", "1.2")


def test_what_is_new_first_is_for_those_who_want_it() -> None:
    assert offered(RELEASE, BETA) == ("offered", "1.2")
    assert offered(RELEASE, BETA, channel=Channel.BETA) == ("offered", "1.3b1")
    assert offered(RELEASE, OLD, channel=Channel.BETA) == ("offered", "1.2")


def test_one_that_did_not_work_is_not_followed_by_an_older_one() -> None:
    assert offered(OLD, RELEASE, failed=frozenset({"1.2"})) == ("tried", "1.2")


def test_a_halted_one_is_offered_to_nobody() -> None:
    halted = replace(RELEASE, halted=True)

    assert offered(halted) == ("halted", "1.2")
    assert offered(halted, asked=True) == ("halted", "1.2")


def test_whoever_asks_waits_for_no_turn_and_no_window() -> None:
    first = replace(RELEASE, percent=0)

    assert offered(first) == ("later", "1.2")
    assert offered(first, asked=True) == ("offered", "1.2")
    assert offered(now=NOON) == ("window", "1.2")
    assert offered(now=NOON, asked=True) == ("offered", "1.2")


def test_asking_changes_nothing_about_what_did_not_work_or_is_off() -> None:
    assert offered(asked=True, failed=frozenset({"1.2"})) == ("tried", "1.2")
    assert offered(asked=True, channel=Channel.OFF) == ("off", None)
    assert offered(asked=True, state="waiting") == ("unconfirmed", "1.2")


def test_about_the_share_that_is_meant_goes_first_and_other_ones_next_time() -> None:
    ids = [f"screen-{number}" for number in range(4000)]

    first = {id_ for id_ in ids if offered(replace(RELEASE, percent=10), id=id_)[0] == "offered"}
    next_time = {id_ for id_ in ids if offered(replace(RELEASE, version="1.4", percent=10), id=id_)[0] == "offered"}

    assert 300 < len(first) < 500
    assert len(first & next_time) < len(first) / 2


versions = st.sampled_from(["0.9", "1.0", "1.1rc1", "1.1", "1.2", "2.0"])
releases = st.builds(
    Release,
    id=st.text("abc", min_size=1, max_size=3),
    version=versions,
    board=st.sampled_from(["rpi", "x86-64"]),
    channel=st.sampled_from([Channel.STABLE, Channel.BETA]),
    sha256=st.just("a" * 64),
    size=st.just(1),
    percent=st.sampled_from([1, 10, 50, 100]),
    halted=st.booleans(),
)
screens = st.builds(
    Screen,
    id=st.uuids().map(str),
    channel=st.sampled_from(Channel),
    window=st.builds(Window, st.sampled_from(["00:00", "02:00", "23:00"]), st.sampled_from(["00:00", "05:00"])),
    zone=st.sampled_from(["UTC", "Asia/Kolkata", "America/New_York"]).map(zone),
    board=st.sampled_from(["rpi", "x86-64", None]),
    version=versions,
    state=st.sampled_from(["confirmed", "waiting", "unconfirmed"]),
    failed=st.frozensets(versions, max_size=2),
)
instants = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(screens, st.lists(releases, max_size=5), instants, st.booleans())
def test_whatever_there_is_an_offer_is_fit_newer_and_neither_halted_nor_tried(
    screen: Screen, there: list[Release], now: datetime, asked: bool
) -> None:
    answer = what_to_offer(screen, there, now, asked=asked)

    assert answer == what_to_offer(screen, reversed(there), now, asked=asked) or len({r.id for r in there}) < len(there)
    if answer.why is not Why.OFFERED:
        return
    release = answer.release
    assert release is not None
    assert release in there
    assert (release.board, screen.state, release.halted) == (screen.board, "confirmed", False)
    assert release.version not in screen.failed | {screen.version}
    assert release.channel is Channel.STABLE or screen.channel is Channel.BETA
    assert screen.channel is not Channel.OFF


@given(screens, releases, instants)
def test_whoever_had_its_turn_keeps_it_when_the_rollout_goes_on(
    screen: Screen, release: Release, now: datetime
) -> None:
    reached = [what_to_offer(screen, [replace(release, percent=share)], now).why for share in (1, 10, 50, 100)]

    assert Why.LATER not in reached[reached.index(Why.OFFERED) :] if Why.OFFERED in reached else True
    assert reached[-1] is not Why.LATER


@given(st.uuids().map(str), versions)
def test_a_turn_is_a_share_of_all(device_id: str, version: str) -> None:
    assert 0 <= turn_of(device_id, version) < 10_000


@given(instants)
def test_every_day_has_its_window_in_every_zone(day: datetime) -> None:
    hours = [day + timedelta(minutes=10 * step) for step in range(144 + 12)]

    answers = [what_to_offer(replace(SCREEN, zone=zone("Europe/Berlin")), [RELEASE], at) for at in hours]

    assert Answer(Why.OFFERED, RELEASE) in answers
    assert Answer(Why.WINDOW, RELEASE) in answers
