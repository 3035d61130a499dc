"""What a schedule means, in a sentence people would say."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from cronsim import CronSim, CronSimError

from cloud.web.rendering import length_of

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_READ_AT = datetime(2000, 1, 1)  # noqa: DTZ001  cronsim wants one; a sentence does not depend on it


def rhythm(recurrence: Mapping[str, Any]) -> str:
    """When it runs, without its dates."""
    match recurrence:
        case {"kind": "weekly", "days": days, "startTime": start, "endTime": end}:
            past = " of the next day" if end <= start else ""
            return f"{_days(days)}, {start}–{end}{past}"
        case {"kind": "once", "start": start, "end": end}:
            return f"Once, {start.replace('T', ' ')} – {end.replace('T', ' ')}"
        case {"kind": "cron", "expression": expression, "durationMs": duration}:
            return f"{_cron(expression)}, for {length_of(duration)} each time"
        case _:
            return "Always"


def meaning(schedule: Mapping[str, Any], what: str, where: str) -> str:
    """The whole rule: what, where, when, in whose time, between which dates, over what else."""
    own = schedule["timezone"] == "device"
    zone = "in each screen’s own time" if own else f"in the time of {schedule['timezone']}"
    when = "at all times" if schedule["recurrence"]["kind"] == "always" else _low(rhythm(schedule["recurrence"]))
    parts = [f"“{what}” plays on {where}, {when}"]
    parts += [] if schedule["recurrence"]["kind"] == "always" else [zone]
    parts += [f"from {_date(schedule['startsOn'])} on"] if schedule.get("startsOn") else []
    parts += [f"through {_date(schedule['endsOn'])}"] if schedule.get("endsOn") else []
    rank = schedule.get("priority") or 0
    return f"{', '.join(parts)}. Where several want the screen, the higher priority wins; this one has {rank}."


def _days(days: Sequence[int]) -> str:
    chosen = sorted(set(days))
    named = {(1, 2, 3, 4, 5, 6, 7): "Every day", (1, 2, 3, 4, 5): "Monday to Friday", (6, 7): "Saturday and Sunday"}
    return named.get(tuple(chosen)) or ", ".join(DAYS[day - 1] for day in chosen if 1 <= day <= 7)


def _cron(expression: str) -> str:
    try:
        return str(CronSim(expression, _READ_AT).explain())
    except CronSimError:
        return f"Cron {expression}"


def _date(written: str) -> str:
    try:
        return f"{date.fromisoformat(written):%d %B %Y}".lstrip("0")
    except ValueError:
        return written


def _low(words: str) -> str:
    return (
        words if words.startswith(DAYS) or words.startswith(("Monday", "Saturday")) else words[:1].lower() + words[1:]
    )


WHOLE = {
    "session.begin": "signed in", "session.end": "signed out", "session.refresh": "stayed signed in",
    "user.password-change": "changed their password", "user.reset-ask": "asked for a new password",
    "user.password-reset": "set a new password", "user.totp-begin": "began to set up one-time codes",
    "user.totp-on": "switched one-time codes on", "user.totp-off": "switched one-time codes off",
    "billing.checkout": "went to pay", "billing.portal": "opened the billing portal",
    "billing.tier": "changed the plan",
    "device.pairing-code": "made a pairing code", "device.leave": "took a screen back at its glass",
    "publish.start": "published", "publish.end": "ended a publication", "upload.create": "began an upload",
    "upload.delete": "gave an upload up",
}  # fmt: skip
VERBS = {
    "create": "made", "update": "changed", "change": "changed", "replace": "replaced", "delete": "deleted",
    "remove": "removed", "pair": "added", "redeem": "added", "command": "sent a command to", "withdraw": "withdrew",
    "accept": "took up", "revoke": "revoked",
}  # fmt: skip
THINGS = {
    "device": "a screen", "content": "a piece of content", "user": "a person", "organization": "the organization",
    "invitation": "an invitation",
}  # fmt: skip


def deed(action: str) -> str:
    """What an entry of the audit log tells: `playlist.create` is `made a playlist`. Others stay as they are."""
    thing, _, verb = action.partition(".")
    if action in WHOLE or verb not in VERBS:
        return WHOLE.get(action, action)
    return f"{VERBS[verb]} {THINGS.get(thing, f'a {thing}')}"
