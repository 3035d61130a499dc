"""The rules of CONTRACT section 6, one table each."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import msgspec
import pytest

from tests.vizora.manifests import ASSETS, item, layout, manifest, override, playlist, schedule, utc
from vizora.identifiers import ContentId
from vizora.manifest.model import Always, Cron, Fit, Level, Manifest, Once, Order, Recurrence, Weekly
from vizora.schedule import evaluate
from vizora.schedule.evaluate import plan, what_is_on
from vizora.schedule.model import Answer, ClockTrust
from vizora.schedule.reasons import SourceKind

NOON = utc(2026, 3, 25, 12)
"""A Wednesday, 13:00 in Berlin."""


def at(made: Manifest, when: datetime, clock: ClockTrust = ClockTrust.TRUSTED, **unplayable: str) -> Answer:
    return what_is_on(
        plan(made), when, clock=clock, unplayable={ContentId(key): why for key, why in unplayable.items()}
    )


def active(recurrence: Recurrence, when: datetime, **more: str) -> bool:
    return at(manifest(schedule("s", recurrence, **more)), when).source.kind is SourceKind.SCHEDULE


BERLIN_DAY = Weekly(days=(3,), start_time="08:00", end_time="20:00")
NIGHT = Weekly(days=(3,), start_time="22:00", end_time="06:00")
WHOLE = Weekly(days=(3,), start_time="06:00", end_time="06:00")
LOST_HOUR = Weekly(days=(7,), start_time="02:15", end_time="02:45")


@pytest.mark.parametrize(
    ("recurrence", "when", "expected"),
    [
        (BERLIN_DAY, utc(2026, 3, 25, 6, 59, 59), False),
        (BERLIN_DAY, utc(2026, 3, 25, 7), True),
        (BERLIN_DAY, utc(2026, 3, 25, 18, 59, 59), True),
        (BERLIN_DAY, utc(2026, 3, 25, 19), False),
        (BERLIN_DAY, utc(2026, 3, 26, 12), False),
        (NIGHT, utc(2026, 3, 25, 21), True),
        (NIGHT, utc(2026, 3, 26, 4, 59), True),
        (NIGHT, utc(2026, 3, 26, 5), False),
        (NIGHT, utc(2026, 3, 25, 4), False),
        (WHOLE, utc(2026, 3, 25, 5), True),
        (WHOLE, utc(2026, 3, 26, 4, 59), True),
        (WHOLE, utc(2026, 3, 26, 5), False),
        # the night to 2026-03-29 has no hour from 2 to 3, the one to 2026-10-25 has two
        (LOST_HOUR, utc(2026, 3, 29, 0, 59), False),
        (LOST_HOUR, utc(2026, 3, 29, 1, 0), False),
        (LOST_HOUR, utc(2026, 10, 25, 0, 15), True),
        (LOST_HOUR, utc(2026, 10, 25, 0, 45), False),
        (LOST_HOUR, utc(2026, 10, 25, 1, 15), True),
        (LOST_HOUR, utc(2026, 10, 25, 1, 45), False),
    ],
)
def test_weekly_follows_the_wall_clock(recurrence: Weekly, when: datetime, expected: bool) -> None:
    assert active(recurrence, when) is expected


def cron(expression: str, minutes: int = 60) -> Cron:
    return Cron(expression=expression, duration_ms=minutes * 60_000)


@pytest.mark.parametrize(
    ("recurrence", "when", "expected"),
    [
        (cron("0 13 * * 1-5"), utc(2026, 3, 25, 12), True),
        (cron("0 13 * * 1-5"), utc(2026, 3, 25, 12, 59, 59), True),
        (cron("0 13 * * 1-5"), utc(2026, 3, 25, 13), False),
        (cron("0 13 * * 1-5"), utc(2026, 3, 28, 12), False),
        (cron("0 13 L * *"), utc(2026, 3, 31, 11), True),
        (cron("0 13 L * *"), utc(2026, 3, 30, 11), False),
        (cron("0 13 * * WED#4"), NOON, True),
        (cron("0 13 * * WED#3"), NOON, False),
        (cron("0 13 * * 3L"), NOON, True),
        (cron("0 13 1 * 3"), NOON, True),  # both given: either will do
        (cron("0 13 1 * *"), NOON, False),
        # fixed times in the lost hour run at its end, in the repeated hour once, the first time
        (cron("30 2 * * *", 10), utc(2026, 3, 29, 0, 59), False),
        (cron("30 2 * * *", 10), utc(2026, 3, 29, 1, 0), True),
        (cron("30 2 * * *", 10), utc(2026, 3, 29, 1, 10), False),
        (cron("30 2 * * *", 10), utc(2026, 10, 25, 0, 30), True),
        (cron("30 2 * * *", 10), utc(2026, 10, 25, 1, 30), False),
        # with a star the clock on the wall decides, every time it shows the minute
        (cron("30 * * * *", 10), utc(2026, 10, 25, 1, 30), True),
        (cron("30 * * * *", 10), utc(2026, 3, 29, 1, 0), False),
        # an hour of elapsed time, whatever the wall clock does meanwhile
        (cron("30 1 * * *", 60), utc(2026, 10, 25, 0, 29, 59), True),
        (cron("30 1 * * *", 60), utc(2026, 10, 25, 0, 30), False),
    ],
)
def test_cron_has_debians_meaning(recurrence: Cron, when: datetime, expected: bool) -> None:
    assert active(recurrence, when) is expected


@pytest.mark.parametrize(
    ("recurrence", "since", "until"),
    [
        (Once(start="2026-03-25T12:00", end="2026-03-25T14:00"), utc(2026, 3, 25, 11), utc(2026, 3, 25, 13)),
        (Once(start="2026-03-29T02:30", end="2026-03-29T05:00"), utc(2026, 3, 29, 1), utc(2026, 3, 29, 3)),
        (Once(start="2026-03-29T01:30", end="2026-03-29T02:30"), utc(2026, 3, 29, 0, 30), utc(2026, 3, 29, 1)),
        (Once(start="2026-10-25T02:30", end="2026-10-25T02:45"), utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 1, 45)),
    ],
)
def test_once_starts_at_the_first_reading_and_ends_at_the_last(
    recurrence: Once, since: datetime, until: datetime
) -> None:
    made = manifest(schedule("s", recurrence))

    assert at(made, since - timedelta(seconds=1)).source.kind is SourceKind.NONE
    assert (at(made, since).source.since, at(made, since).source.until) == (since, until)
    assert at(made, until).source.kind is SourceKind.NONE


def test_once_within_the_lost_hour_never_is() -> None:
    made = manifest(schedule("s", Once(start="2026-03-29T02:10", end="2026-03-29T02:50")))

    assert at(made, utc(2026, 3, 29, 1)).source.kind is SourceKind.NONE


@pytest.mark.parametrize(
    ("recurrence", "first", "last", "when", "expected"),
    [
        (Always(), "2026-03-25", "2026-03-25", utc(2026, 3, 24, 22, 59), False),
        (Always(), "2026-03-25", "2026-03-25", utc(2026, 3, 24, 23), True),
        (Always(), "2026-03-25", "2026-03-25", utc(2026, 3, 25, 23), False),
        (Always(), "2026-03-25", None, utc(2040, 1, 1), True),
        (Always(), None, "2026-03-25", utc(1980, 1, 1), True),
        (NIGHT, None, "2026-03-25", utc(2026, 3, 26, 4), True),
        (NIGHT, None, "2026-03-24", utc(2026, 3, 26, 4), False),
        (NIGHT, "2026-03-26", None, utc(2026, 3, 26, 4), False),
        (cron("0 23 * * *", 180), "2026-03-25", "2026-03-25", utc(2026, 3, 26, 0), True),
        (cron("0 23 * * *", 180), "2026-03-25", "2026-03-25", utc(2026, 3, 25, 0), False),
        (Once(start="2026-03-25T12:00", end="2026-03-27T12:00"), "2026-03-25", "2026-03-25", utc(2026, 3, 27), True),
        (Once(start="2026-03-25T12:00", end="2026-03-27T12:00"), "2026-03-26", None, utc(2026, 3, 27), False),
        (Once(start="2026-03-25T12:00", end="2026-03-27T12:00"), None, "2026-03-24", utc(2026, 3, 27), False),
    ],
)
def test_dates_bound_the_day_a_window_starts_on(
    recurrence: Recurrence, first: str | None, last: str | None, when: datetime, expected: bool
) -> None:
    made = manifest(schedule("s", recurrence, starts_on=first, ends_on=last))

    assert (at(made, when).source.kind is SourceKind.SCHEDULE) is expected


def test_windows_that_touch_are_one_run() -> None:
    shift = Weekly(days=(1, 2, 3), start_time="06:00", end_time="06:00")
    made = manifest(schedule("s", shift))

    assert at(made, NOON).source.since == utc(2026, 3, 23, 5)
    assert at(made, NOON).source.until == utc(2026, 3, 26, 5)


@pytest.mark.parametrize(
    "recurrence",
    [
        Weekly(days=(1, 2, 3, 4, 5, 6, 7), start_time="06:00", end_time="06:00"),
        cron("* * * * *", 1),
        cron("0 */2 * * *", 180),
    ],
)
def test_what_never_stops_has_no_start_and_no_end(recurrence: Recurrence) -> None:
    source = at(manifest(schedule("s", recurrence, time_zone="UTC")), NOON).source

    assert source.kind is SourceKind.SCHEDULE
    assert (source.since, source.until) == (None, None)


def test_a_daily_cron_of_a_day_is_broken_only_by_the_day_with_an_hour_more() -> None:
    source = at(manifest(schedule("s", cron("0 8 * * *", 24 * 60))), NOON).source

    assert source.since == utc(2025, 10, 26, 7)
    assert source.until == utc(2026, 10, 25, 6)


@pytest.mark.parametrize(
    ("made", "winner"),
    [
        (manifest(schedule("a"), schedule("b", priority=5), fallback="two"), "b"),
        (manifest(schedule("a", priority=-5), fallback="two"), "a"),
        (manifest(fallback="two"), "two"),
        (manifest(), None),
        # ties: the later start of the current run, then the smaller id
        (manifest(schedule("b"), schedule("a")), "a"),
        (manifest(schedule("a"), schedule("z", BERLIN_DAY)), "z"),
        (manifest(schedule("a", BERLIN_DAY), schedule("z", cron("0 9 * * *", 600))), "z"),
        (manifest(schedule("z", BERLIN_DAY), schedule("a", BERLIN_DAY)), "a"),
        (
            manifest(
                schedule("a", priority=1000),
                overrides=(override("old", utc(2026, 3, 25), None), override("new", utc(2026, 3, 25, 9), None)),
            ),
            "new",
        ),
        (
            manifest(
                overrides=(
                    override("later", utc(2026, 3, 25, 9), None),
                    override("alarm", utc(2026, 3, 25), None, level=Level.EMERGENCY),
                )
            ),
            "alarm",
        ),
        (manifest(overrides=(override("b", NOON, None), override("a", NOON, None))), "a"),
        (manifest(schedule("s"), overrides=(override("over", utc(2026, 3, 25), NOON),)), "s"),
        (manifest(schedule("s"), overrides=(override("next", NOON + timedelta(seconds=1), None),)), "s"),
    ],
)
def test_the_winner(made: Manifest, winner: str | None) -> None:
    assert at(made, NOON).source.id == winner


@pytest.mark.parametrize(
    ("made", "winner"),
    [
        (manifest(schedule("best", shows="empty", priority=9), schedule("next")), "next"),
        (manifest(schedule("best", shows="gone", priority=9), schedule("next")), "next"),
        (manifest(schedule("best", layout_id="gone", priority=9), schedule("next")), "next"),
        (
            manifest(schedule("best", layout_id="bare", priority=9), schedule("next"), layouts={"bare": layout()}),
            "next",
        ),
        (manifest(schedule("best", shows=None, priority=9), schedule("next")), "next"),
        (
            manifest(schedule("best", Weekly(days=(9,), start_time="", end_time=""), priority=9), schedule("next")),
            "next",
        ),
        (manifest(schedule("best", cron("bad"), priority=9), schedule("next")), "next"),
        (manifest(schedule("best", time_zone="Mars/Olympus", priority=9), schedule("next")), "next"),
        (
            manifest(
                schedule("best", shows="p", priority=9),
                schedule("next"),
                playlists={"p": playlist(item("i", "unheard-of"), item("j", valid_until=NOON))},
            ),
            "next",
        ),
        (
            manifest(
                schedule("best", layout_id="l", priority=9), schedule("next"), layouts={"l": layout(a="empty", b="one")}
            ),
            "best",
        ),
    ],
)
def test_what_can_show_nothing_is_skipped(made: Manifest, winner: str) -> None:
    assert at(made, NOON).source.id == winner


def test_content_this_screen_cannot_show_is_left_out() -> None:
    made = manifest(schedule("s", shows="two"), fallback="one")

    assert {at(made, NOON + timedelta(seconds=n), picture="damaged").zones[0].item_id for n in range(30)} == {"second"}
    assert at(made, NOON, picture="damaged", film="missing").source.kind is SourceKind.NONE


def test_a_layout_shows_the_zones_that_can() -> None:
    made = manifest(schedule("s", layout_id="l"), layouts={"l": layout(a="one", b="empty", c="two")})

    assert [one.zone_id for one in at(made, NOON).zones] == ["a", "c"]


# where in the playlist


def test_always_and_fallback_count_from_1970() -> None:
    for made in (manifest(schedule("s", shows="two")), manifest(fallback="two")):
        answer = at(made, NOON + timedelta(milliseconds=500))
        elapsed = int((answer.at.timestamp() * 1000) % 17_000)

        assert answer.zones[0].item_id == ("first" if elapsed < 10_000 else "second")
        assert answer.zones[0].offset_ms == (elapsed if elapsed < 10_000 else elapsed - 10_000)


def test_a_dated_always_counts_from_1970_too_but_says_since_when_it_is_on() -> None:
    dated = at(manifest(schedule("s", shows="two", starts_on="2026-03-25")), NOON)

    assert dated.zones == at(manifest(schedule("s", shows="two")), NOON).zones
    assert dated.source.since == utc(2026, 3, 24, 23)


def test_a_window_starts_its_playlist_anew() -> None:
    answer = at(manifest(schedule("s", BERLIN_DAY, shows="two")), utc(2026, 3, 25, 7, 0, 12))

    assert (answer.zones[0].item_id, answer.zones[0].offset_ms, answer.zones[0].index) == ("second", 2_000, 1)
    assert answer.next_change == utc(2026, 3, 25, 7, 0, 17)


def test_an_override_starts_its_playlist_when_it_starts() -> None:
    answer = at(manifest(overrides=(override("o", NOON, None, "two"),)), NOON + timedelta(seconds=11))

    assert (answer.zones[0].item_id, answer.zones[0].started_at) == ("second", NOON + timedelta(seconds=10))


def test_a_change_of_which_items_are_valid_starts_the_cycle_anew() -> None:
    items = playlist(item("a"), item("b", valid_from=NOON), item("c", valid_until=NOON + timedelta(seconds=25)))
    made = manifest(schedule("s", shows="p"), playlists={"p": items})
    seen = [at(made, NOON + timedelta(seconds=n)).zones[0] for n in range(0, 50, 5)]

    assert [one.item_id for one in seen] == ["a", "a", "b", "b", "c", "a", "a", "b", "b", "a"]
    assert at(made, NOON + timedelta(seconds=22)).next_change == NOON + timedelta(seconds=25)


def test_an_item_whose_validity_ends_before_it_starts_is_never_valid_and_changes_nothing() -> None:
    never = item("never", valid_from=NOON, valid_until=NOON - timedelta(hours=1))
    made = manifest(schedule("s", shows="p"), playlists={"p": playlist(item("a"), never)})

    assert at(made, NOON).zones[0].started_at == NOON
    assert {at(made, NOON + timedelta(seconds=n)).zones[0].item_id for n in (-3600, -1, 1, 15)} == {"a"}


def test_each_zone_has_its_own_place_in_its_own_playlist() -> None:
    made = manifest(schedule("s", BERLIN_DAY, layout_id="l"), layouts={"l": layout(a="one", b="two")})

    answer = at(made, utc(2026, 3, 25, 7, 0, 12))

    assert [(one.zone_id, one.item_id, one.offset_ms) for one in answer.zones] == [
        ("a", "only", 2000),
        ("b", "second", 2000),
    ]
    assert answer.next_change == utc(2026, 3, 25, 7, 0, 17)


def test_a_shuffled_cycle_shows_every_item_once_and_the_next_one_differs() -> None:
    shuffled = playlist(*(item(f"i{n}", duration_ms=1_000) for n in range(8)), order=Order.SHUFFLE, seed=5)
    made = manifest(overrides=(override("o", NOON, None, "p"),), playlists={"p": shuffled})
    asked = plan(made)
    cycles = [
        [what_is_on(asked, NOON + timedelta(seconds=8 * cycle + n)).zones[0].item_id for n in range(8)]
        for cycle in range(3)
    ]

    assert all(sorted(one) == [f"i{n}" for n in range(8)] for one in cycles)
    assert len({tuple(one) for one in cycles}) == 3


@pytest.mark.parametrize(
    ("content", "duration_ms", "lasts"),
    [
        ("picture", None, 10),
        ("picture", 4_000, 4),
        ("film", None, 7),
        ("film", 3_000, 3),
        ("paper", None, 30),
        ("paper", 5_000, 5),
        ("unmeasured", None, 10),
        ("pageless", None, 10),
    ],
)
def test_how_long_an_item_plays(content: str, duration_ms: int | None, lasts: int) -> None:
    assets = ASSETS | {
        ContentId("unmeasured"): msgspec.structs.replace(ASSETS[ContentId("film")], duration_ms=None),
        ContentId("pageless"): msgspec.structs.replace(ASSETS[ContentId("paper")], pages=None),
    }
    made = manifest(
        schedule("s", BERLIN_DAY, shows="p"), playlists={"p": playlist(item("i", content, duration_ms))}, assets=assets
    )
    shown = at(made, NOON).zones[0]

    assert shown.ends_at - shown.started_at == timedelta(seconds=lasts)


# clock trust

EVERYTHING = manifest(
    schedule("always", shows="two"),
    schedule("weekly", BERLIN_DAY, priority=5),
    schedule("dated", starts_on="2026-01-01", priority=4),
    fallback="one",
)


@pytest.mark.parametrize(
    ("clock", "winner"),
    [(ClockTrust.TRUSTED, "weekly"), (ClockTrust.FLOOR, "weekly"), (ClockTrust.UNTRUSTED, "always")],
)
def test_dated_schedules_need_a_clock_that_may_be_believed(clock: ClockTrust, winner: str) -> None:
    answer = at(EVERYTHING, NOON, clock)

    assert answer.source.id == winner
    assert answer.clock is clock


@pytest.mark.parametrize(
    ("when", "winner"),
    [
        (utc(1970, 1, 1), "running"),
        (utc(2026, 1, 1), "running"),
        (utc(2026, 3, 1), "running"),
        (utc(2106, 2, 7), "two"),
    ],
)
def test_with_an_unconfirmed_clock_an_override_that_had_started_when_the_manifest_was_issued_applies(
    when: datetime, winner: str
) -> None:
    made = manifest(
        overrides=(
            override("over", utc(2025, 12, 1), utc(2025, 12, 31)),
            override("running", utc(2025, 12, 31), utc(2026, 4, 1)),
            override("future", utc(2026, 5, 1), utc(2026, 5, 2)),
        ),
        issued_at=utc(2026, 1, 1),
        fallback="two",
    )
    answer = at(made, when, ClockTrust.UNTRUSTED)

    assert answer.source.id == winner
    assert all(one.started_at <= when < one.ends_at for one in answer.zones)


def test_with_an_unconfirmed_clock_items_are_as_valid_as_when_the_manifest_was_issued() -> None:
    items = playlist(item("old", valid_until=utc(2025, 6, 1)), item("new", valid_from=utc(2025, 6, 1)))
    made = manifest(fallback="p", playlists={"p": items}, issued_at=utc(2026, 1, 1))

    assert at(made, utc(1970, 1, 1), ClockTrust.UNTRUSTED).zones[0].item_id == "new"
    assert at(made, utc(1970, 1, 1), ClockTrust.TRUSTED).zones[0].item_id == "old"


@pytest.mark.parametrize(
    "when", [utc(1970, 1, 1), utc(2000, 1, 1), utc(2038, 1, 19, 3, 14, 8), utc(2106, 2, 7), utc(9990, 1, 1)]
)
def test_a_wrong_clock_never_darkens_the_screen(when: datetime) -> None:
    for clock in ClockTrust:
        assert at(EVERYTHING, when, clock).zones


@pytest.mark.parametrize("when", [utc(1, 1, 1), utc(9999, 12, 31, 23, 59, 59)])
def test_the_ends_of_the_calendar_are_answered_too(when: datetime) -> None:
    hourly = manifest(
        schedule("c", cron("0 * * * *", 30)), schedule("w", NIGHT), EVERYTHING.schedules[0], fallback="one"
    )

    assert at(hourly, when).source.id


# the next change, and the rest of the answer


def test_the_next_change_comes_from_a_source_when_that_is_sooner_than_the_items_end() -> None:
    made = manifest(schedule("s", BERLIN_DAY), fallback="two")

    assert at(made, utc(2026, 3, 25, 6, 59, 58)).next_change == utc(2026, 3, 25, 7)


def test_when_nothing_is_on_the_next_change_may_be_years_away() -> None:
    leap = manifest(schedule("s", cron("0 0 29 2 *")), schedule("never", shows="empty"))

    assert at(leap, NOON).source.kind is SourceKind.NONE
    assert at(leap, NOON).next_change == utc(2028, 2, 28, 23)
    assert at(leap, utc(2026, 3, 25, 23, 59)).next_change == utc(2028, 2, 28, 23)


def test_when_nothing_is_on_and_nothing_will_be_there_is_no_next_change() -> None:
    assert at(manifest(), NOON).next_change is None
    assert at(manifest(schedule("s", BERLIN_DAY, ends_on="2026-01-01")), NOON).next_change is None


def test_when_the_source_waits_for_a_valid_item_its_start_is_the_next_change() -> None:
    soon = playlist(
        item("i", valid_from=utc(2026, 9, 1), valid_until=utc(2026, 9, 2)), item("j", valid_from=utc(2027, 1, 1))
    )
    made = manifest(
        schedule("s", Weekly(days=(5,), start_time="08:00", end_time="09:00"), shows="p"), playlists={"p": soon}
    )

    assert at(made, NOON).next_change == utc(2027, 1, 1, 7)


def test_an_item_that_runs_past_midnight_changes_at_its_end() -> None:
    made = manifest(playlists={"p": playlist(item("long", duration_ms=5 * 86_400_000))}, fallback="p")
    answer = at(made, NOON)

    assert answer.next_change == answer.zones[0].ends_at
    assert answer.zones[0].ends_at - NOON > timedelta(days=1)


def test_the_local_time_is_that_of_the_screen() -> None:
    assert at(manifest(), utc(2026, 3, 29, 0, 59)).local_time == "2026-03-29T01:59:00+01:00"
    assert at(manifest(), utc(2026, 3, 29, 1)).local_time == "2026-03-29T03:00:00+02:00"
    assert at(manifest(time_zone="Mars/Olympus"), NOON).local_time == "2026-03-25T12:00:00+00:00"


def test_an_instant_in_another_offset_is_the_same_instant() -> None:
    there = datetime.fromisoformat("2026-03-25T13:00:00+01:00")

    assert at(EVERYTHING, there) == at(EVERYTHING, NOON)


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        at(EVERYTHING, datetime(2026, 1, 1))  # noqa: DTZ001


def test_an_answer_made_by_hand_has_no_reasons() -> None:
    answer = at(EVERYTHING, NOON)

    assert Answer(*(getattr(answer, name) for name in Answer.__struct_fields__)).why == ()


def test_a_plan_forgets_old_days_and_old_views_without_changing_its_answers() -> None:
    asked = plan(EVERYTHING)
    first = what_is_on(asked, NOON)
    for n in range(60):
        what_is_on(asked, NOON + timedelta(days=n), unplayable={ContentId("paper"): str(n)})
        what_is_on(asked, NOON + timedelta(days=n))

    assert what_is_on(asked, NOON) == first
    assert len(asked._views) <= evaluate._VIEWS_KEPT
    assert all(len(view._days) <= evaluate._DAYS_KEPT for view in asked._views.values())


def test_threads_may_ask_one_plan_at_once() -> None:
    asked = plan(EVERYTHING)
    instants = [NOON + timedelta(days=n % 90, seconds=n) for n in range(400)]
    expected = [what_is_on(plan(EVERYTHING), at) for at in instants[:5]]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda at: what_is_on(asked, at), instants * 3))

    assert answers[:5] == expected
    assert answers[:400] == answers[400:800] == answers[800:]


def test_the_fit_of_an_item_is_nothing_to_the_evaluator() -> None:
    covered = manifest(playlists={"one": playlist(item("only", fit=Fit.COVER))}, fallback="one")

    assert at(covered, NOON).zones == at(manifest(fallback="one"), NOON).zones
