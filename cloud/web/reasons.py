"""Why something is on or isn't, in the language that is spoken: the evaluator gives a code and its parts."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from cloud.web.sentences import rule
from cloud.web.speech import N_, _, many
from cloud.web.timeline import source_name
from cloud.web.writing import clock, day_and_time, written_day
from vizora.schedule.reasons import (
    Active,
    Beaten,
    Because,
    Empty,
    Hindrance,
    Lack,
    Lacking,
    NoFallback,
    NotNow,
    NotYet,
    Over,
    SourceKind,
    Strength,
    Unconfirmed,
    Unreadable,
    Unshown,
)
from vizora.schedule.zones import wall_clock, zone_or_utc

Names = Mapping[str, str]
"""What ids are called."""

SHORT = {
    Unreadable: N_("Its rule can’t be read: open it, choose its times anew and save it."),
    Unconfirmed: N_("The screen’s time is not confirmed; whatever is bound to days or times waits until it is."),
    NoFallback: N_("No playlist is set for when nothing is planned: choose one in the screen’s settings."),
}
STRENGTHS = {
    Strength.EMERGENCY: N_("%(winner)s is an emergency."),
    Strength.KIND: N_("%(winner)s comes first."),
    Strength.LATER: N_("%(winner)s is as strong and started later."),
    Strength.SMALLER_ID: N_("%(winner)s is as strong and started at the same time; only one can be shown."),
}
LACKING = {
    Lacking.TARGET: N_("It names neither a playlist nor a layout: choose one."),
    Lacking.LAYOUT: N_("Its layout is gone: choose another one."),
    Lacking.ZONES: N_("Its layout has no zones: draw some."),
    Lacking.PLAYLIST: N_("Its playlist is gone: choose another one."),
    Lacking.ITEMS: N_("The playlist “%(name)s” is empty: put something into it."),
    Lacking.VALID_ITEMS: N_("The playlist “%(name)s” has nothing to show at this time: %(items)s."),
}
HINDRANCES = {
    Hindrance.NOT_IN_MANIFEST: N_("“%(title)s” is gone"),
    Hindrance.UNPLAYABLE: N_("“%(title)s” can’t be played on this screen"),
    Hindrance.NOT_YET: N_("“%(title)s” starts %(when)s"),
    Hindrance.OVER: N_("“%(title)s” ended %(when)s"),
}


def told(reason: Mapping[str, Any], names: Names, now: datetime) -> str:
    """`reason` as the API gives it; `now` is the instant it speaks of, by the screen's wall clock."""
    because: Because = msgspec.convert(reason["because"], Because)
    match because:
        case Active() as active:
            return " ".join([_active(reason["kind"], active, now), *_end(active, names, now)])
        case NotNow():
            planned = msgspec.to_builtins(because.recurrence)
            there = day_and_time(wall_clock(now, zone_or_utc(because.time_zone)))
            when = rule(planned, because.time_zone, because.starts_on, because.ends_on)
            return _("Planned: %(when)s. There it is %(time)s.", when=when, time=there)
        case NotYet():
            return _("It starts %(when)s.", when=_when(because.starts_at, now))
        case Over():
            return _("It ended %(when)s.", when=_when(because.ended_at, now))
    return _(SHORT[type(because)])


def _active(kind: str, active: Active, now: datetime) -> str:
    if kind == SourceKind.FALLBACK:
        return _("The fallback is always ready.")
    since, until = active.since and _when(active.since, now), active.until and _when(active.until, now)
    if since and until:
        return _("Active from %(since)s until %(until)s.", since=since, until=until)
    if since:
        return _("Active since %(since)s.", since=since)
    return _("Active until %(until)s.", until=until) if until else _("Active at all times.")


def _end(active: Active, names: Names, now: datetime) -> Iterator[str]:
    match active:
        case Empty():
            yield from (_lack(lack, names, now) for lack in active.lacks)
        case Beaten():
            yield from _beaten(active, names)
        case _ignored:
            yield _("Nothing stronger is active.")


def _beaten(beaten: Beaten, names: Names) -> Iterator[str]:
    winner = source_name(beaten.winner_kind, names.get(beaten.winner_id) or beaten.winner_name)
    if beaten.priorities:
        priorities = dict(zip(("theirs", "ours"), beaten.priorities, strict=True))
        yield _("%(winner)s has the higher priority: %(theirs)s over %(ours)s.", winner=winner, **priorities)
        return
    yield _(STRENGTHS[beaten.by], winner=winner)
    if beaten.winner_kind is SourceKind.SCHEDULE and beaten.by in (Strength.LATER, Strength.SMALLER_ID):
        yield _("Give one of them the higher priority.")


def _lack(lack: Lack, names: Names, now: datetime) -> str:
    items = [_item(one, now) for one in lack.items]
    items += [many("and %(count)s more", "and %(count)s more", lack.more)] if lack.more else []
    name = names.get(lack.id) or lack.name or lack.id
    said = _(LACKING[lack.lacking], name=name, items="; ".join(items))
    return said if lack.zone_id is None else _("Zone %(zone)s: %(what)s", zone=lack.zone_id, what=said)


def _item(item: Unshown, now: datetime) -> str:
    title = item.title or item.item_id
    return _(HINDRANCES[item.hindrance], title=title, when=_when(item.at, now) if item.at else "")


def _when(at: datetime, now: datetime) -> str:
    """By the clock of `now`; the year is said where it is another one."""
    there = wall_clock(at, now.tzinfo or UTC)
    if there.year == now.year:
        return day_and_time(there)
    return _("%(day)s, %(time)s", day=written_day(there), time=clock(there))
