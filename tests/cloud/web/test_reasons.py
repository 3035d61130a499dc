"""Why something is on, as a page says it: from the evaluator's own answers, in any language."""

from datetime import datetime
from typing import Any

import msgspec
import pytest

from cloud.screens.explained import explained
from cloud.web import reasons
from tests.cloud.web.pseudo import english
from tests.vizora.manifests import item, layout, manifest, override, playlist, schedule, utc
from vizora.identifiers import ContentId
from vizora.manifest.model import Cron, Level, Manifest, Once, Weekly
from vizora.schedule.evaluate import plan, what_is_on
from vizora.schedule.model import ClockTrust
from vizora.schedule.reasons import Hindrance, Lacking, Strength
from vizora.schedule.zones import zone

BERLIN = zone("Europe/Berlin")
NOON = utc(2026, 3, 25, 12)
TODAY = utc(2026, 3, 25)
DAY = Weekly(days=(3, 1), start_time="08:00", end_time="20:00")
NAMES = {"o": "Closed today"}
ALARM = override("alarm", TODAY, None, level=Level.EMERGENCY)
SPRING = playlist(
    item("i", "unheard-of"),
    item("j", valid_from=utc(2026, 4, 1)),
    item("k", valid_until=utc(2025, 3, 1)),
    item("l", "film"),
    name="Spring",
)


def told(made: Manifest, name: str = "s", clock: ClockTrust = ClockTrust.TRUSTED) -> str:
    answer = what_is_on(plan(made), NOON, clock=clock, unplayable={ContentId("film"): "it is damaged"})
    found = next(one for one in written(answer)["why"] if one["id"] == name)
    return reasons.told(found, NAMES, NOON.astimezone(BERLIN))


def written(answer: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(explained(answer)))


EVERY = [
    (
        manifest(schedule("s", DAY)),
        "Active from Wed 25 Mar, 08:00 until Wed 25 Mar, 20:00. Nothing stronger is active.",
    ),
    (manifest(schedule("s")), "Active at all times. Nothing stronger is active."),
    (
        manifest(overrides=(override("s", utc(2025, 12, 31, 23, 30), None),)),
        "Active since Thu 1 Jan, 00:30. Nothing stronger is active.",
    ),
    (
        manifest(schedule("s", ends_on="2027-01-31")),
        "Active until 1 February 2027, 00:00. Nothing stronger is active.",
    ),
    (
        manifest(schedule("s", DAY, starts_on="2026-04-01")),
        "Planned: Mon, Wed, 08:00–20:00, in the time of Europe/Berlin, from 1 April 2026 on. There it is Wed 25 Mar,"
        " 13:00.",
    ),
    (
        manifest(schedule("s", Once(start="2026-12-24T18:00", end="2026-12-24T23:00"), time_zone="UTC")),
        "Planned: Once, 24 December 2026, 18:00 – 23:00, in the time of UTC. There it is Wed 25 Mar, 12:00.",
    ),
    (manifest(overrides=(override("s", utc(2026, 3, 26), None),)), "It starts Thu 26 Mar, 01:00."),
    (
        manifest(overrides=(override("s", utc(9999, 12, 31, 23, 59), None),)),
        "It starts 31 December 9999, 23:59.",
    ),
    (
        manifest(overrides=(override("s", utc(2025, 3, 1), utc(2025, 3, 2)),)),
        "It ended 2 March 2025, 01:00.",
    ),
    (
        manifest(schedule("s"), schedule("t", priority=4, name="Sale")),
        "Active at all times. Schedule “Sale” has the higher priority: 4 over 0.",
    ),
    (
        manifest(schedule("s"), schedule("r", name="Sale")),
        "Active at all times. Schedule “Sale” is as strong and started at the same time; only one can be shown. Give"
        " one of them the higher priority.",
    ),
    (
        manifest(schedule("s"), schedule("t", DAY)),
        "Active at all times. Schedule is as strong and started later. Give one of them the higher priority.",
    ),
    (
        manifest(schedule("s"), overrides=(override("o", TODAY, None),)),
        "Active at all times. Instant publishing “Closed today” comes first.",
    ),
    (
        manifest(overrides=(override("s", TODAY, None), ALARM)),
        "Active since Wed 25 Mar, 01:00. Instant publishing is an emergency.",
    ),
    (
        manifest(overrides=(override("s", TODAY, None), override("o", NOON, None))),
        "Active since Wed 25 Mar, 01:00. Instant publishing “Closed today” is as strong and started later.",
    ),
    (
        manifest(schedule("s", time_zone="Mars")),
        "Its rule can’t be read: open it, choose its times anew and save it.",
    ),
    (
        manifest(schedule("s", shows="empty")),
        "Active at all times. The playlist “empty” is empty: put something into it.",
    ),
    (manifest(schedule("s", shows="gone")), "Active at all times. Its playlist is gone: choose another one."),
    (
        manifest(schedule("s", shows=None)),
        "Active at all times. It names neither a playlist nor a layout: choose one.",
    ),
    (manifest(schedule("s", layout_id="gone")), "Active at all times. Its layout is gone: choose another one."),
    (
        manifest(schedule("s", layout_id="l"), layouts={"l": layout()}),
        "Active at all times. Its layout has no zones: draw some.",
    ),
    (
        manifest(schedule("s", layout_id="l"), layouts={"l": layout(a="empty", b="gone")}),
        "Active at all times. Zone a: The playlist “empty” is empty: put something into it. Zone b: Its playlist is"
        " gone: choose another one.",
    ),
    (
        manifest(schedule("s", shows="p"), playlists={"p": SPRING}),
        "Active at all times. The playlist “Spring” has nothing to show at this time: “i” is gone; “A picture” starts"
        " Wed 1 Apr, 02:00; “A picture” ended 1 March 2025, 01:00; and 1 more.",
    ),
    (
        manifest(fallback="s", playlists={"s": playlist(item("l", "film"), name="Films")}),
        "The fallback is always ready. The playlist “Films” has nothing to show at this time: “A film” can’t be played"
        " on this screen.",
    ),
]


@pytest.mark.parametrize(("made", "sentence"), EVERY)
def test_a_page_says_why(made: Manifest, sentence: str) -> None:
    assert told(made) == sentence


def test_a_page_says_that_the_clock_is_not_confirmed_and_that_there_is_no_fallback() -> None:
    assert told(manifest(schedule("s", DAY)), clock=ClockTrust.UNTRUSTED).startswith("The screen’s time is not confirm")
    assert told(manifest(), "fallback").endswith("choose one in the screen’s settings.")


def test_there_are_words_for_everything_that_can_be_said() -> None:
    assert set(reasons.LACKING) == set(Lacking)
    assert set(reasons.HINDRANCES) == set(Hindrance)
    assert set(reasons.STRENGTHS) == set(Strength) - {Strength.PRIORITY}


def test_no_reason_is_left_untranslated(pseudo: None) -> None:
    names = ("Europe/Berlin", "UTC", "Sale", "Spring", "Films", "Closed today", "A picture", "A film", "empty")
    sentences = [told(made) for made, _ in EVERY]
    sentences.append(told(manifest(schedule("s", Cron(expression="0 9 * * *", duration_ms=90_000)))))
    sentences.append(told(manifest(schedule("s", DAY)), clock=ClockTrust.UNTRUSTED))
    sentences.append(told(manifest(), "fallback"))

    assert [english(sentence, *names) for sentence in sentences if english(sentence, *names)] == []


def test_the_year_is_said_where_it_is_another_one() -> None:
    now = datetime(2026, 3, 25, 13, tzinfo=BERLIN)
    ended = {"kind": "override", "because": {"code": "over", "endedAt": "2025-12-31T22:59:00Z"}}

    assert reasons.told(ended, {}, now) == "It ended 31 December 2025, 23:59."
