"""What a schedule means, in a sentence people would say."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from cronsim import CronSim, CronSimError

from cloud.web import cron
from cloud.web.speech import ENGLISH, _, speaking
from cloud.web.writing import as_written, clock, length_of, named_days, written_day

_READ_AT = datetime(2000, 1, 1)  # noqa: DTZ001  cronsim wants one; a sentence does not depend on it


def rhythm(recurrence: Mapping[str, Any]) -> str:
    """When it runs, without its dates."""
    match recurrence:
        case {"kind": "weekly", "days": days, "startTime": start, "endTime": end}:
            if end <= start:
                return _("%(days)s, %(start)s–%(end)s of the next day", days=named_days(days), start=start, end=end)
            return _("%(days)s, %(start)s–%(end)s", days=named_days(days), start=start, end=end)
        case {"kind": "once", "start": start, "end": end}:
            until = end[11:16] if end[:10] == start[:10] else _moment(end)
            return _("Once, %(start)s – %(end)s", start=_moment(start), end=until)
        case {"kind": "cron", "expression": expression, "durationMs": duration}:
            return _("%(times)s, for %(length)s each time", times=_cron(expression), length=length_of(duration))
        case _ignored:
            return _("Always")


def meaning(schedule: Mapping[str, Any], what: str, where: str) -> str:
    """The whole rule: what, where, when, in whose time, between which dates, over what else."""
    when = rule(schedule["recurrence"], schedule["timezone"], schedule.get("startsOn"), schedule.get("endsOn"))
    rank = _(
        "Where several want the screen, the higher priority wins; this one has %(priority)s.",
        priority=schedule.get("priority") or 0,
    )
    plays = _("“%(what)s” plays on %(where)s:", what=what, where=where)
    return f"{plays} {when}. {rank}"


def rule(recurrence: Mapping[str, Any], zone: str, starts_on: str | None, ends_on: str | None) -> str:
    """When, in whose time, between which dates."""
    parts = [rhythm(recurrence)]
    if recurrence["kind"] != "always":
        parts += [_("in each screen’s own time") if zone == "device" else _("in the time of %(zone)s", zone=zone)]
    return _(", ").join(parts + _between(starts_on, ends_on))


def in_short(schedule: Mapping[str, Any]) -> str:
    """When, for a list: the zone is said where it is not the screens' own."""
    parts = [rhythm(schedule["recurrence"])]
    parts += [schedule["timezone"]] if schedule["timezone"] != "device" else []
    return _(", ").join(parts + _between(schedule["startsOn"], schedule["endsOn"]))


def _between(starts_on: str | None, ends_on: str | None) -> list[str]:
    starts = [_("from %(day)s on", day=_date(starts_on))] if starts_on else []
    return starts + ([_("through %(day)s", day=_date(ends_on))] if ends_on else [])


def _cron(expression: str) -> str:
    """As people say it; other languages than English show the expression where it is out of the common."""
    try:
        fields = CronSim(expression, _READ_AT)
    except CronSimError:
        fields = None
    said = fields and (str(fields.explain()) if speaking.get() is ENGLISH else cron.told(fields))
    return said or _("Cron %(expression)s", expression=as_written(expression))


def _moment(written: str) -> str:
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return written
    return _("%(day)s, %(time)s", day=written_day(at), time=clock(at))


def _date(written: str) -> str:
    try:
        return written_day(date.fromisoformat(written))
    except ValueError:
        return written
