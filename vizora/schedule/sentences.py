"""Reasons in English, and the explanation that carries them.

Written for someone on the phone with a shop: times are the screen's own wall clock, names come before ids.
"""

from collections.abc import Iterator
from datetime import datetime

from msgspec.structs import asdict

from vizora.manifest.model import Always, Cron, Weekly
from vizora.schedule.model import Answer, Explanation
from vizora.schedule.reasons import (
    Active,
    Beaten,
    Empty,
    Hindrance,
    Lack,
    Lacking,
    NotNow,
    NotYet,
    Over,
    Reason,
    SourceKind,
    Strength,
    Told,
    Unconfirmed,
    Unreadable,
    Unshown,
)
from vizora.schedule.zones import Zone, wall_clock, zone, zone_or_utc

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def explanation(answer: Answer) -> Explanation:
    """The whole answer as one value that can be written as JSON."""
    why = tuple(Told(one.id, one.kind, one.outcome, sentence(one, answer)) for one in answer.why)
    return Explanation(**asdict(answer), why=why)


def sentence(reason: Reason, answer: Answer) -> str:
    """One of the reasons of this answer."""
    local = zone_or_utc(answer.time_zone)
    match reason.because:
        case Active() as active:
            return f"{_active(reason.kind, active, local)}, {_end(active)}."
        case NotNow() as rule:
            return f"{_rule(rule)}; there it is {_clock(answer.at, zone(rule.time_zone))}."
        case NotYet(starts_at=at):
            return f"Starts at {_clock(at, local)}."
        case Over(ended_at=at):
            return f"Ended at {_clock(at, local)}."
        case Unreadable(fault=fault):
            return f"This schedule can't be read: {fault}."
        case Unconfirmed():
            return "The time is not confirmed, so schedules bound to days or times do not apply."
    return "No fallback playlist is set."


def _active(kind: SourceKind, active: Active, local: Zone) -> str:
    if kind is SourceKind.FALLBACK:
        return "The fallback is always ready"
    bounds = [f"since {_clock(active.since, local)}"] if active.since else []
    bounds += [f"until {_clock(active.until, local)}"] if active.until else []
    return " ".join(["Active", *(bounds or ["at all times"])])


def _end(active: Active) -> str:
    match active:
        case Empty(lacks=lacks):
            return f"but {'; '.join(map(_lack, lacks))}"
        case Beaten() as beaten:
            return f"but {beaten.winner_kind} {beaten.winner_name or beaten.winner_id} {_strength(beaten)}"
    return "and nothing stronger is"


def _strength(beaten: Beaten) -> str:
    if beaten.priorities:
        return "has the higher priority ({} over {})".format(*beaten.priorities)
    return {
        Strength.EMERGENCY: "is an emergency",
        Strength.KIND: "comes first",
        Strength.LATER: "is as strong and started later",
        Strength.SMALLER_ID: "is as strong and has the smaller id",
    }[beaten.by]


def _lack(lack: Lack) -> str:
    playlist = f"the playlist {lack.name!r}" if lack.name else "its playlist"
    said = {
        Lacking.TARGET: "it must name either a playlist or a layout",
        Lacking.LAYOUT: f"the layout {lack.id} is not in the manifest",
        Lacking.ZONES: "the layout has no zones",
        Lacking.PLAYLIST: f"the playlist {lack.id} is not in the manifest",
        Lacking.ITEMS: f"{playlist} is empty",
        Lacking.VALID_ITEMS: f"{playlist} has nothing to show ({_items(lack)})",
    }[lack.lacking]
    return said if lack.zone_id is None else f"zone {lack.zone_id}: {said}"


def _items(lack: Lack) -> str:
    more = [f"and {lack.more} more"] if lack.more else []
    return "; ".join([*map(_item, lack.items), *more])


def _item(one: Unshown) -> str:
    return f"{repr(one.title) if one.title else f'item {one.item_id}'}: {_hindrance(one)}"


def _hindrance(one: Unshown) -> str:
    if one.at is None:
        return one.fault or f"the content {one.content_id} is not in the manifest"
    return f"not valid {'before' if one.hindrance is Hindrance.NOT_YET else 'since'} {one.at.isoformat()}"


def _rule(rule: NotNow) -> str:
    return ", ".join([_rhythm(rule), *_dates(rule), f"in {rule.time_zone}"])


def _rhythm(rule: NotNow) -> str:
    match rule.recurrence:
        case Always():
            return "Runs all day"
        case Weekly(days=days, start_time=start, end_time=end):
            named = " ".join(_DAYS[day - 1] for day in sorted(set(days)))
            return f"Runs {named} from {start} to {end}{'' if start < end else ' of the next day'}"
        case Cron(expression=expression, duration_ms=duration):
            return f"Runs at `{expression}` for {duration / 60_000:g} minutes each time"
        case once:
            return f"Runs once from {once.start} to {once.end}"


def _dates(rule: NotNow) -> Iterator[str]:
    if rule.starts_on is not None:
        yield f"from {rule.starts_on}"
    if rule.ends_on is not None:
        yield f"through {rule.ends_on}"


def _clock(at: datetime, where: Zone) -> str:
    return f"{wall_clock(at, where):%A %Y-%m-%d %H:%M:%S}"
