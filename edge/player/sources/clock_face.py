"""What a clock says at an instant. Pure. Figures only, in the order the publisher chose: no language is needed."""

from datetime import datetime

from vizora.manifest.model import ClockFace, DateFormat, TimeFormat
from vizora.schedule.zones import UnknownZone, wall_clock, zone

SECOND, MINUTE = 1, 60
DATES = {
    DateFormat.YMD: "%Y-%m-%d",
    DateFormat.DMY: "%d.%m.%Y",
    DateFormat.DMY_SLASH: "%d/%m/%Y",
    DateFormat.MDY: "%m/%d/%Y",
}


def step_of(face: ClockFace) -> int:
    """Seconds after which it says something else."""
    return SECOND if face.seconds and face.time != TimeFormat.NONE else MINUTE


def reading(face: ClockFace, at: datetime, screen_zone: str) -> str:
    """Its lines: the time, the date, the caption; those that are wanted. Never empty."""
    local = _local(at, face.time_zone or screen_zone)
    lines = [_time(face, local), _date(face, local), face.caption.strip()]
    return "\n".join(line for line in lines if line) or f"{local:%H:%M}"


def _time(face: ClockFace, local: datetime) -> str:
    seconds = f":{local:%S}" if face.seconds else ""
    match face.time:
        case TimeFormat.NONE:
            return ""
        case TimeFormat.HOURS_12:
            return f"{(local.hour - 1) % 12 + 1}:{local:%M}{seconds} {'am' if local.hour < 12 else 'pm'}"
    return f"{local:%H:%M}{seconds}"


def _date(face: ClockFace, local: datetime) -> str:
    if face.date == DateFormat.NONE:
        return ""
    return local.strftime(next((form for name, form in DATES.items() if name == face.date), DATES[DateFormat.YMD]))


def _local(at: datetime, name: str) -> datetime:
    """UTC in a zone this device doesn't know: a clock that is hours off is better than none."""
    try:
        return wall_clock(at, zone(name))
    except UnknownZone:
        return at
