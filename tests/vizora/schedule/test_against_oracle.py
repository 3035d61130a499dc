"""The evaluator against the naive one in `tests.vizora.oracle`, around every change of the clocks and at random."""

import random
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Any

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from tests.vizora.manifests import item, layout, manifest, override, playlist, schedule
from tests.vizora.oracle import MINUTE, Seen, Walk, minutes
from vizora.manifest.model import Always, Cron, Level, Manifest, Once, Order, Recurrence, Schedule, Weekly
from vizora.schedule.evaluate import plan, what_is_on
from vizora.schedule.instants import instant, micros
from vizora.schedule.timeline import timeline
from vizora.schedule.zones import spans, zone

ZONES = (
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Asuncion",
    "America/Havana",
    "America/Los_Angeles",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Atlantic/Azores",
    "Australia/Adelaide",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Europe/Dublin",
    "Pacific/Apia",
    "Pacific/Chatham",
)
YEARS = (datetime(2024, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC))
NEAR = timedelta(hours=3)
LONGEST = timedelta(hours=4)


def transitions(name: str) -> list[datetime]:
    found = spans(zone(name), micros(YEARS[0]), micros(YEARS[1]))
    return [instant(span.start) for span in found[1:]]


@cache
def changes() -> list[tuple[str, datetime]]:
    """Every change of the clocks in those zones and years."""
    return [(name, change) for name in ZONES for change in transitions(name)]


def clock(rng: random.Random, around: datetime) -> str:
    return f"{around + rng.randint(-180, 180) * MINUTE:%H:%M}"


def weekly(rng: random.Random, around: datetime) -> Weekly:
    days = tuple(sorted(rng.sample(range(1, 8), rng.randint(1, 7))))
    start, end = clock(rng, around), clock(rng, around)
    return Weekly(days=days, start_time=start, end_time=rng.choice([start, end, end, end]))


def cron(rng: random.Random, around: datetime) -> Cron:
    when = around + rng.randint(-120, 120) * MINUTE
    minute = rng.choice([f"{when.minute}", f"{when.minute}", "*/7", "0,30", "5-50/9", "*"])
    hour = rng.choice([f"{when.hour}", f"{when.hour}", "*", "*/2", f"{when.hour},{(when.hour + 1) % 24}"])
    day, dow = rng.choice([("*", "*"), (f"{when.day}", "*"), ("*", f"{when:%a}"), ("L", f"{when:%a}"), ("1-7", "*")])
    lasts = rng.choice([1, 3, 10, 30, 61, 200]) * 60_000
    return Cron(expression=f"{minute} {hour} {day} * {dow}", duration_ms=lasts)


def once(rng: random.Random, around: datetime) -> Once:
    start = around + rng.randint(-170, 120) * MINUTE
    end = start + rng.randint(1, 150) * MINUTE
    return Once(start=f"{start:%Y-%m-%dT%H:%M}", end=f"{end:%Y-%m-%dT%H:%M}")


def dates(rng: random.Random, around: datetime) -> dict[str, str]:
    bounds = {}
    if rng.random() < 0.2:
        bounds["starts_on"] = f"{around + timedelta(days=rng.choice([-1, 0, 1])):%Y-%m-%d}"
    if rng.random() < 0.2:
        bounds["ends_on"] = f"{around + timedelta(days=rng.choice([1, 2])):%Y-%m-%d}"
    return bounds


def differs(one: Schedule, change: datetime, seen: Seen) -> bool:
    """True when evaluator and oracle disagree about any minute within three hours of the change."""
    before = timedelta() if isinstance(one.recurrence, Weekly) else LONGEST
    after = LONGEST if isinstance(one.recurrence, Once) else timedelta()
    walk = minutes(change - NEAR - before, change + NEAR + after)
    seen.watch(walk)
    expected = [at for at in walk if change - NEAR <= at < change + NEAR and at in seen.active]
    found = timeline(plan(manifest(one)), change - NEAR, change + NEAR)
    on = [minutes(part.start, part.end) for part in found.segments if part.source.id == one.id]
    return [at for part in on for at in part] != expected


def made_for(name: str, change: datetime, kind: Any) -> Schedule:
    rng = random.Random(f"{name} {change} {kind.__name__}")
    around = (change + timedelta(hours=rng.choice([0, 1]))).astimezone(zone(name)).replace(tzinfo=None)
    return schedule("s", kind(rng, around), time_zone=name, **dates(rng, around))


@pytest.mark.parametrize("kind", [weekly, cron, once])
def test_around_every_change_of_the_clocks_both_agree_about_every_minute(kind: Any) -> None:
    assert len(changes()) > 200
    wrong = [
        (name, change, one)
        for name, change in changes()
        for one in [made_for(name, change, kind)]
        if differs(one, change, Seen(one))
    ]

    assert wrong == []


@pytest.mark.parametrize("removed", ["skipped_counts", "repeated_once"])
def test_without_a_rule_about_the_clocks_they_do_not_agree(removed: str) -> None:
    assert any(
        differs(
            one, change, Seen(one, skipped_counts=removed != "skipped_counts", repeated_once=removed != "repeated_once")
        )
        for name, change in changes()
        for one in [made_for(name, change, cron)]
    )


# many schedules at once, with everything that decides between them

DAY_ONE = datetime(2026, 3, 28, tzinfo=UTC)
WATCHED = (DAY_ONE - timedelta(hours=36), DAY_ONE + timedelta(hours=24))
clocks = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 0, 30, 17]))
instants = st.builds(lambda n: DAY_ONE + n * MINUTE, st.integers(-1000, 3000))
recurrences: st.SearchStrategy[Recurrence] = st.one_of(
    st.just(Always()),
    st.builds(
        Weekly,
        days=st.lists(st.integers(1, 7), min_size=1, max_size=5, unique=True).map(tuple),
        start_time=clocks,
        end_time=clocks,
    ),
    st.builds(
        Cron,
        expression=st.sampled_from(["0 * * * *", "30 2 * * *", "0 1,2,3 * * *", "*/20 2-5 * * *", "15 9 * * SAT#4"]),
        duration_ms=st.sampled_from([60_000, 20 * 60_000, 3_600_000, 5 * 3_600_000]),
    ),
)
items = st.builds(
    partial(item),
    st.just("x"),
    st.sampled_from(["picture", "film", "paper"]),
    st.sampled_from([None, 1_000, 10_000, 90_000, 3_700_000]),
    valid_from=st.none() | st.none() | instants,
    valid_until=st.none() | st.none() | instants,
)


@st.composite
def playlists(draw: st.DrawFn) -> Any:
    chosen = draw(st.lists(items, max_size=4))
    named = [
        item(f"i{place}", one.content_id, one.duration_ms, valid_from=one.valid_from, valid_until=one.valid_until)
        for place, one in enumerate(chosen)
    ]
    return playlist(*named, order=draw(st.sampled_from(Order)), seed=draw(st.integers(0, 9)))


@st.composite
def manifests(draw: st.DrawFn) -> Manifest:
    shows = st.sampled_from(["a", "b", "c"])
    schedules = []
    for place in range(draw(st.integers(0, 4))):
        target: dict[str, Any] = {"layout_id": "l"} if draw(st.integers(0, 3)) == 0 else {"shows": draw(shows)}
        schedules.append(
            schedule(
                f"s{place}",
                draw(recurrences),
                priority=draw(st.integers(0, 1)),
                time_zone=draw(st.sampled_from(["Europe/Berlin", "UTC", "Australia/Lord_Howe"])),
                **target,
            )
        )
    overrides = [
        override(
            f"o{place}",
            start := draw(instants),
            draw(st.none() | st.integers(1, 600).map(lambda n, start=start: start + n * MINUTE)),  # type: ignore[misc]
            draw(shows),
            draw(st.sampled_from(Level)),
        )
        for place in range(draw(st.integers(0, 2)))
    ]
    return manifest(
        *schedules,
        overrides=tuple(overrides),
        playlists={name: draw(playlists()) for name in "abc"},
        layouts={"l": layout(left="a", right="b")},
        fallback=draw(st.none() | shows),
    )


@given(manifests(), st.lists(st.integers(0, 24 * 3600 - 1), min_size=1, max_size=6))
@settings(max_examples=20, deadline=None)
def test_whatever_the_manifest_both_name_the_same_source_items_and_times(made: Manifest, seconds: list[int]) -> None:
    walk = Walk(made, *WATCHED)
    asked = plan(made)
    for second in seconds:
        at = DAY_ONE + timedelta(seconds=second)
        answer = what_is_on(asked, at)
        found = [(one.zone_id, one.item_id, one.started_at, one.ends_at) for one in answer.zones]

        try:
            expected = walk.what_is_on(at)
        except LookupError:
            reject()
        assert (answer.source.id, found) == expected
