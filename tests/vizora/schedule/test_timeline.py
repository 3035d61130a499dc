import msgspec
import pytest

from tests.vizora.manifests import item, layout, manifest, override, playlist, schedule, utc
from vizora.identifiers import ContentId
from vizora.manifest.model import Cron, Level, Manifest, Weekly
from vizora.schedule import conflicts
from vizora.schedule.evaluate import plan
from vizora.schedule.model import ClockTrust
from vizora.schedule.segments import TooManyRuns
from vizora.schedule.timeline import Timeline, timeline

DAY = Weekly(days=(3,), start_time="08:00", end_time="20:00")
LUNCH = Weekly(days=(3,), start_time="12:00", end_time="13:00")
FROM, TO = utc(2026, 3, 25), utc(2026, 3, 26)


def of(made: Manifest, clock: ClockTrust = ClockTrust.TRUSTED, **unplayable: str) -> Timeline:
    reasons = {ContentId(key): why for key, why in unplayable.items()}
    return timeline(plan(made), FROM, TO, clock=clock, unplayable=reasons)


def shown(found: Timeline) -> list[tuple[str, str, str | None]]:
    return [(f"{one.start:%H:%M}", f"{one.end:%H:%M}", one.source.id) for one in found.segments]


def test_segments_follow_the_schedules() -> None:
    made = manifest(schedule("day", DAY), schedule("lunch", LUNCH, priority=1), fallback="one")

    assert shown(of(made)) == [
        ("00:00", "07:00", "one"),
        ("07:00", "11:00", "day"),
        ("11:00", "12:00", "lunch"),
        ("12:00", "19:00", "day"),
        ("19:00", "00:00", "one"),
    ]


def test_the_same_evaluator_is_asked_with_the_clock_and_what_cannot_be_shown() -> None:
    made = manifest(schedule("day", DAY), fallback="one")

    assert shown(of(made, ClockTrust.UNTRUSTED)) == [("00:00", "00:00", "one")]
    assert shown(of(made, picture="damaged")) == [("00:00", "00:00", None)]


def test_one_that_has_something_to_show_only_later_and_loses_all_the_same_makes_no_segment() -> None:
    late = playlist(item("late", valid_from=utc(2026, 3, 25, 9)))
    made = manifest(
        schedule("day", DAY), schedule("ever", shows="late"), playlists={"late": late, "one": playlist(item("a"))}
    )

    assert shown(of(made)) == [("00:00", "07:00", None), ("07:00", "19:00", "day"), ("19:00", "00:00", "ever")]


def test_a_change_of_valid_items_alone_makes_no_segment() -> None:
    made = manifest(playlists={"p": playlist(item("a"), item("b", valid_from=utc(2026, 3, 25, 9)))}, fallback="p")

    assert shown(of(made)) == [("00:00", "00:00", "p")]


def test_a_zone_that_falls_silent_makes_a_segment() -> None:
    made = manifest(
        schedule("s", layout_id="l"),
        layouts={"l": layout(a="one", b="p")},
        playlists={"p": playlist(item("a", valid_until=utc(2026, 3, 25, 9)))},
    )

    assert [[zone.zone_id for zone in one.zones] for one in of(made).segments] == [["a", "b"], ["a"]]


def test_on_the_wire_a_segment_has_from_and_to() -> None:
    first = msgspec.json.decode(msgspec.json.encode(of(manifest(fallback="one"))))["segments"][0]

    assert list(first) == ["from", "to", "source", "zones"]
    assert first["zones"] == [{"zoneId": "main", "playlistId": "one"}]


def test_the_digest_is_that_of_the_segments() -> None:
    one, other = manifest(schedule("s"), version=1), manifest(schedule("s"), version=2, fallback="one")

    assert of(one).digest == of(other).digest
    assert of(one).digest != of(manifest(schedule("t"))).digest


def test_a_timeline_ends_after_it_starts() -> None:
    with pytest.raises(ValueError, match="is not after"):
        timeline(plan(manifest()), TO, FROM)


def found(made: Manifest) -> list[tuple[str, str, str, str, int]]:
    return [
        (one.kind, one.winner_id, one.loser_id, f"{one.start:%H:%M}", one.overlap_ms // 60_000)
        for one in of(made).conflicts
    ]


def test_schedules_decided_by_the_tie_rule_are_a_conflict() -> None:
    made = manifest(schedule("day", DAY), schedule("lunch", LUNCH))

    assert found(made) == [("tie", "lunch", "day", "11:00", 60)]
    assert of(made).conflicts[0].reason == (
        "schedule lunch and schedule day have the same priority (0); the one that started later wins, else the smaller"
        " id. Give one of them the higher priority."
    )


def test_a_tie_that_comes_again_is_one_conflict_with_the_time_of_both() -> None:
    twice = [schedule("b", LUNCH), schedule("c", Weekly(days=(3,), start_time="15:00", end_time="16:00"), name="Tea")]
    made = manifest(schedule("z", DAY), schedule("x", priority=9, shows="empty"), *twice)

    assert found(made) == [("tie", "b", "z", "11:00", 60), ("tie", "c", "z", "14:00", 60)]


def test_a_schedule_that_is_never_seen_is_a_conflict() -> None:
    made = manifest(schedule("day", DAY, priority=5), schedule("lunch", LUNCH, name="Lunch"))

    assert found(made) == [("hidden", "day", "lunch", "11:00", 60)]
    assert of(made).conflicts[0].reason == (
        "schedule Lunch is active but never seen in this time; where it first would be, schedule day is shown."
    )


def test_of_two_equal_ones_the_unseen_is_told_both_ways() -> None:
    made = manifest(schedule("a", DAY), schedule("b", DAY))

    assert found(made) == [("hidden", "a", "b", "07:00", 720), ("tie", "a", "b", "07:00", 720)]


def test_a_schedule_hidden_by_an_override_is_told_too() -> None:
    made = manifest(schedule("lunch", LUNCH), overrides=(override("alarm", FROM, None, level=Level.EMERGENCY),))

    assert found(made) == [("hidden", "alarm", "lunch", "11:00", 60)]


def test_schedules_that_do_not_meet_or_differ_in_priority_and_are_seen_are_no_conflict() -> None:
    assert found(manifest(schedule("day", DAY), schedule("lunch", LUNCH, priority=1), fallback="one")) == []


def test_overlaps_are_looked_at_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conflicts, "MAX_OVERLAPS", 1)

    assert len(found(manifest(schedule("day", DAY), schedule("lunch", LUNCH), schedule("late", LUNCH)))) == 1


def test_more_than_was_asked_for_is_refused_before_it_is_painted() -> None:
    """One schedule that begins every minute is active 1,440 times a day; hundreds for a month take minutes to paint."""
    every_minute = Cron(expression="* * * * *", duration_ms=1000)
    made = plan(manifest(*(schedule(f"s{n}", every_minute, priority=n) for n in range(3))))

    assert len(timeline(made, FROM, TO, most=3 * 1440).segments) > 1440
    with pytest.raises(TooManyRuns):
        timeline(made, FROM, TO, most=2 * 1440)
