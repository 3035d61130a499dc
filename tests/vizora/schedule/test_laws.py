"""What must hold for every manifest, whatever is in it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vizora.manifests import item, manifest, playlist, schedule
from tests.vizora.schedule.test_against_oracle import DAY_ONE, manifests
from vizora.identifiers import ContentId
from vizora.manifest.codec import decode
from vizora.manifest.model import Manifest, Once
from vizora.schedule import evaluate
from vizora.schedule.evaluate import plan, what_is_on
from vizora.schedule.instants import AFTER_TIME
from vizora.schedule.model import Answer, ClockTrust
from vizora.schedule.reasons import Outcome, SourceKind
from vizora.schedule.sentences import explanation
from vizora.schedule.timeline import timeline

TWO_DAYS = timedelta(days=2)
TICK = timedelta(microseconds=1)
moments = st.integers(0, int(TWO_DAYS / timedelta(milliseconds=1)) - 1).map(
    lambda n: DAY_ONE + timedelta(milliseconds=n)
)
clocks = st.sampled_from(ClockTrust)
unplayables: st.SearchStrategy[dict[ContentId, str]] = st.sampled_from(
    [{}, {}, {ContentId("film"): "the file is damaged"}, {ContentId("film"): "x", ContentId("picture"): "y"}]
)
few = settings(max_examples=30, deadline=None)


def shown(answer: Answer) -> Any:
    """Everything whose change makes a `nextChange`."""
    return answer.source, [(one.zone_id, one.playlist_id, one.item_id, one.started_at) for one in answer.zones]


@given(manifests(), st.lists(moments, min_size=1, max_size=8), clocks, unplayables)
@few
def test_timeline_and_evaluator_agree_at_every_instant(
    made: Manifest, at: list[datetime], clock: ClockTrust, unplayable: dict[ContentId, str]
) -> None:
    asked = plan(made)
    found = timeline(asked, DAY_ONE, DAY_ONE + TWO_DAYS, clock=clock, unplayable=unplayable)
    edges = [segment.start for segment in found.segments] + [segment.end - TICK for segment in found.segments]

    assert found.segments[0].start == DAY_ONE
    assert found.segments[-1].end == DAY_ONE + TWO_DAYS
    assert all(one.end == two.start for one, two in zip(found.segments, found.segments[1:], strict=False))
    for moment in at + edges:
        segment = next(one for one in found.segments if one.start <= moment < one.end)
        answer = what_is_on(asked, moment, clock=clock, unplayable=unplayable)
        assert answer.source == segment.source
        assert [(one.zone_id, one.playlist_id) for one in answer.zones] == [
            (one.zone_id, one.playlist_id) for one in segment.zones
        ]


def next_change_is_exact(made: Manifest, at: datetime, clock: ClockTrust, unplayable: dict[ContentId, str]) -> bool:
    asked = plan(made)
    now = what_is_on(asked, at, clock=clock, unplayable=unplayable)
    change = now.next_change
    if change is None:
        years = [at + timedelta(days=n * 3.7) for n in range(200)]
        return all(shown(what_is_on(asked, late, clock=clock, unplayable=unplayable)) == shown(now) for late in years)
    before = [at + (change - at) * part / 4 for part in range(1, 4)] + [change - TICK]
    return (
        change > at
        and all(
            shown(what_is_on(asked, moment, clock=clock, unplayable=unplayable)) == shown(now)
            and what_is_on(asked, moment, clock=clock, unplayable=unplayable).next_change == change
            for moment in before
        )
        and shown(what_is_on(asked, change, clock=clock, unplayable=unplayable)) != shown(now)
    )


@given(manifests(), moments, clocks, unplayables)
@few
def test_nothing_changes_before_the_next_change_and_something_changes_at_it(
    made: Manifest, at: datetime, clock: ClockTrust, unplayable: dict[ContentId, str]
) -> None:
    assert next_change_is_exact(made, at, clock, unplayable)


def segment_edge_only(view: evaluate.View, segment: Any, enough: int) -> int:
    end: int = segment.end
    return end


def never(view: evaluate.View, at: int) -> int:
    return AFTER_TIME


@pytest.mark.parametrize(("name", "twin"), [("end_of", segment_edge_only), ("silence_ends", never)])
def test_a_next_change_that_stops_at_midnight_or_forgets_what_comes_is_noticed(
    monkeypatch: pytest.MonkeyPatch, name: str, twin: Callable[..., int]
) -> None:
    long = manifest(playlists={"one": playlist(item("long", duration_ms=3 * 86_400_000 // 2))}, fallback="one")
    later = manifest(schedule("s", Once(start="2026-07-01T00:00", end="2026-07-08T00:00")))
    made, at = (long, DAY_ONE + timedelta(days=1)) if name == "end_of" else (later, DAY_ONE)

    assert next_change_is_exact(made, at, ClockTrust.TRUSTED, {})
    monkeypatch.setattr(evaluate.View, name, twin)
    assert not next_change_is_exact(made, at, ClockTrust.TRUSTED, {})


@given(manifests(), st.lists(moments, min_size=2, max_size=5), clocks)
@few
def test_the_answer_depends_on_nothing_but_its_arguments(made: Manifest, at: list[datetime], clock: ClockTrust) -> None:
    """A plan that was asked other things before, in another order, and of a manifest that came over the wire."""
    used = plan(made)
    for moment in reversed(at):
        what_is_on(used, moment, clock=clock)
    fresh = plan(decode(msgspec.json.encode(made)))

    for moment in at:
        one, other = what_is_on(used, moment, clock=clock), what_is_on(fresh, moment, clock=clock)
        assert one == other
        assert one.why == other.why


@given(manifests(), clocks)
@few
def test_the_same_input_has_the_same_digest(made: Manifest, clock: ClockTrust) -> None:
    device = timeline(plan(made), DAY_ONE, DAY_ONE + TWO_DAYS, clock=clock)
    cloud = timeline(plan(decode(msgspec.json.encode(made))), DAY_ONE, DAY_ONE + TWO_DAYS, clock=clock)

    assert device == cloud
    assert device.digest.startswith("sha256:")


@given(manifests(), moments, clocks, unplayables)
@few
def test_every_source_has_a_reason_and_only_the_one_on_the_glass_has_won(
    made: Manifest, at: datetime, clock: ClockTrust, unplayable: dict[ContentId, str]
) -> None:
    answer = what_is_on(plan(made), at, clock=clock, unplayable=unplayable)
    won = [reason.id for reason in answer.why if reason.outcome is Outcome.WON]
    fallback = made.fallback.playlist_id or "fallback"

    assert sorted(reason.id for reason in answer.why) == sorted(
        [*(one.id for one in made.overrides), *(one.id for one in made.schedules), fallback]
    )
    assert won == ([] if answer.source.kind is SourceKind.NONE else [answer.source.id])
    assert all(reason.reason.endswith(".") for reason in explanation(answer).why)


@given(manifests(), moments)
@few
def test_offsets_start_within_the_item_and_it_ends_later_than_now(made: Manifest, at: datetime) -> None:
    answer = what_is_on(plan(made), at)
    for one in answer.zones:
        assert one.started_at <= at < one.ends_at
        assert one.offset_ms == (at - one.started_at) // timedelta(milliseconds=1)
