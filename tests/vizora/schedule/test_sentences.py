"""Reasons are read by people on the phone with a shop: each table row is what they would hear."""

import msgspec
import pytest

from tests.vizora.manifests import item, layout, manifest, override, playlist, schedule, utc
from vizora.identifiers import ContentId
from vizora.manifest.model import Cron, Level, Manifest, Once, Weekly
from vizora.schedule.evaluate import plan, what_is_on
from vizora.schedule.model import ClockTrust, Explanation
from vizora.schedule.reasons import Outcome
from vizora.schedule.sentences import explanation, sentence

NOON = utc(2026, 3, 25, 12)
DAY = Weekly(days=(3, 1), start_time="08:00", end_time="20:00")
NIGHT = Weekly(days=(6,), start_time="22:00", end_time="06:00")


def told(made: Manifest, name: str, clock: ClockTrust = ClockTrust.TRUSTED, **unplayable: str) -> tuple[Outcome, str]:
    reasons = {ContentId(key): why for key, why in unplayable.items()}
    answer = what_is_on(plan(made), NOON, clock=clock, unplayable=reasons)
    found = next(reason for reason in answer.why if reason.id == name)
    return found.outcome, sentence(found, answer)


@pytest.mark.parametrize(
    ("made", "outcome", "sentence"),
    [
        (
            manifest(schedule("s", DAY)),
            "won",
            "Active since Wednesday 2026-03-25 08:00:00 until Wednesday 2026-03-25 20:00:00, and nothing stronger is.",
        ),
        (manifest(schedule("s")), "won", "Active at all times, and nothing stronger is."),
        (
            manifest(schedule("s", NIGHT)),
            "inactive",
            "Runs Saturday from 22:00 to 06:00 of the next day, in Europe/Berlin; there it is Wednesday 2026-03-25"
            " 13:00:00.",
        ),
        (
            manifest(schedule("s", Cron(expression="0 9 * * *", duration_ms=90_000))),
            "inactive",
            "Runs at `0 9 * * *` for 1.5 minutes each time, in Europe/Berlin; there it is Wednesday 2026-03-25"
            " 13:00:00.",
        ),
        (
            manifest(schedule("s", Once(start="2026-12-24T18:00", end="2026-12-24T23:00"), time_zone="UTC")),
            "inactive",
            "Runs once from 2026-12-24T18:00 to 2026-12-24T23:00, in UTC; there it is Wednesday 2026-03-25 12:00:00.",
        ),
        (
            manifest(schedule("s", starts_on="2025-01-01", ends_on="2025-12-31")),
            "inactive",
            "Runs all day, from 2025-01-01, through 2025-12-31, in Europe/Berlin; there it is Wednesday 2026-03-25"
            " 13:00:00.",
        ),
        (
            manifest(schedule("s"), schedule("t", priority=4, name="Sale")),
            "lost",
            "Active at all times, but schedule Sale has the higher priority (4 over 0).",
        ),
        (
            manifest(schedule("s"), schedule("r")),
            "lost",
            "Active at all times, but schedule r is as strong and has the smaller id.",
        ),
        (
            manifest(schedule("s"), schedule("t", DAY)),
            "lost",
            "Active at all times, but schedule t is as strong and started later.",
        ),
        (
            manifest(schedule("s"), overrides=(override("o", utc(2026, 3, 25), None),)),
            "lost",
            "Active at all times, but override o comes first.",
        ),
        (
            manifest(schedule("s", time_zone="Mars")),
            "skipped",
            "This schedule can't be read: time zone 'Mars' is not known; a name such as Europe/Berlin is allowed.",
        ),
        (
            manifest(schedule("s", shows="empty")),
            "skipped",
            "Active at all times, but its playlist is empty.",
        ),
        (
            manifest(schedule("s", shows="gone")),
            "skipped",
            "Active at all times, but the playlist gone is not in the manifest.",
        ),
        (
            manifest(schedule("s", shows=None)),
            "skipped",
            "Active at all times, but it must name either a playlist or a layout.",
        ),
        (
            manifest(schedule("s", layout_id="gone")),
            "skipped",
            "Active at all times, but the layout gone is not in the manifest.",
        ),
        (
            manifest(schedule("s", layout_id="l"), layouts={"l": layout()}),
            "skipped",
            "Active at all times, but the layout has no zones.",
        ),
        (
            manifest(schedule("s", layout_id="l"), layouts={"l": layout(a="empty", b="gone")}),
            "skipped",
            "Active at all times, but zone a: its playlist is empty; zone b: the playlist gone is not in the manifest.",
        ),
        (
            manifest(
                schedule("s", shows="p"),
                playlists={
                    "p": playlist(
                        item("i", "unheard-of"),
                        item("j", valid_from=utc(2026, 4, 1)),
                        item("k", valid_until=utc(2026, 3, 1)),
                        item("l", "film"),
                        name="Spring",
                    )
                },
            ),
            "skipped",
            "Active at all times, but the playlist 'Spring' has nothing to show (item i: the content unheard-of is not"
            " in the manifest; 'A picture': not valid before 2026-04-01T00:00:00+00:00; 'A picture': not valid since"
            " 2026-03-01T00:00:00+00:00; and 1 more).",
        ),
    ],
)
def test_a_schedule_says_why(made: Manifest, outcome: str, sentence: str) -> None:
    assert told(made, "s", film="the file is damaged") == (outcome, sentence)


def test_a_schedule_says_that_the_clock_is_not_confirmed() -> None:
    outcome, sentence = told(manifest(schedule("s", DAY)), "s", ClockTrust.UNTRUSTED)

    assert outcome is Outcome.INACTIVE
    assert sentence == "The time is not confirmed, so schedules bound to days or times do not apply."


@pytest.mark.parametrize(
    ("name", "outcome", "sentence"),
    [
        ("alarm", "won", "Active since Wednesday 2026-03-25 01:00:00, and nothing stronger is."),
        ("now", "lost", "Active since Wednesday 2026-03-25 01:00:00, but override alarm is an emergency."),
        ("later", "inactive", "Starts at Thursday 2026-03-26 01:00:00."),
        ("over", "inactive", "Ended at Tuesday 2026-03-24 01:00:00."),
        ("fallback", "inactive", "No fallback playlist is set."),
    ],
)
def test_an_override_says_why(name: str, outcome: str, sentence: str) -> None:
    made = manifest(
        overrides=(
            override("now", utc(2026, 3, 25), None),
            override("later", utc(2026, 3, 26), None),
            override("over", utc(2026, 3, 23), utc(2026, 3, 24)),
            override("alarm", utc(2026, 3, 25), None, level=Level.EMERGENCY),
        )
    )

    assert told(made, name) == (outcome, sentence)


def test_the_fallback_says_why() -> None:
    assert told(manifest(fallback="two"), "two") == (
        Outcome.WON,
        "The fallback is always ready, and nothing stronger is.",
    )
    assert told(manifest(schedule("s"), fallback="two"), "two") == (
        Outcome.LOST,
        "The fallback is always ready, but schedule s comes first.",
    )


def test_an_end_in_the_calendars_last_year_is_none() -> None:
    made = manifest(overrides=(override("o", utc(2026, 3, 25), utc(9999, 12, 31)),))

    assert told(made, "o")[1] == "Active since Wednesday 2026-03-25 01:00:00, and nothing stronger is."


def test_a_screen_whose_zone_is_not_known_reads_utc() -> None:
    made = msgspec.structs.replace(manifest(overrides=(override("o", NOON, None),)), time_zone="Mars")

    assert told(made, "o")[1] == "Active since Wednesday 2026-03-25 12:00:00, and nothing stronger is."


def test_an_explanation_is_the_answer_with_a_sentence_for_each_reason() -> None:
    answer = what_is_on(plan(manifest(schedule("s"), fallback="two")), NOON)
    whole = explanation(answer)

    assert [(one.id, one.kind, one.outcome, one.reason) for one in whole.why] == [
        (one.id, one.kind, one.outcome, sentence(one, answer)) for one in answer.why
    ]
    assert {name: getattr(whole, name) for name in Explanation.__struct_fields__ if name != "why"} == {
        name: getattr(answer, name) for name in Explanation.__struct_fields__ if name != "why"
    }


def test_as_json_a_reason_has_the_contracts_fields_and_no_others() -> None:
    written = msgspec.json.decode(msgspec.json.encode(explanation(what_is_on(plan(manifest()), NOON))))

    assert written["why"] == [
        {"id": "fallback", "kind": "fallback", "outcome": "inactive", "reason": "No fallback playlist is set."}
    ]
    assert {"nextChange", "localTime", "timeZone"} <= set(written)
