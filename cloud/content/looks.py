"""How a text looks, as a client sends it (`style`): the manifest's `TextStyle` with every value checked at once."""

from typing import Annotated

import msgspec

from cloud.allowed import Colour
from cloud.bodies import Body
from cloud.problems import FieldError
from vizora.manifest.limits import MAX_CAPTION, MAX_PERCENT
from vizora.manifest.model import DateFormat, TextKind, TimeFormat
from vizora.schedule.zones import UnknownZone, zone

Percent = Annotated[int, msgspec.Meta(ge=1, le=MAX_PERCENT)]
MAX_TICKER = 2_000
"""Characters; more is no ticker but a book, and a screen would cut it."""


class Clock(Body, frozen=True):
    time: TimeFormat = TimeFormat.HOURS_24
    seconds: bool = False
    date: DateFormat = DateFormat.NONE
    time_zone: str | None = None
    caption: Annotated[str, msgspec.Meta(max_length=MAX_CAPTION)] = ""


class Style(Body, frozen=True):
    kind: TextKind = TextKind.STILL
    colour: Colour | None = None
    background: Colour | None = None
    size: Percent | None = None
    speed: Percent | None = None
    clock: Clock = Clock()


def check_style(style: Style, text: str | None) -> list[FieldError]:
    """What types alone can't say."""
    errors = []
    if style.kind is TextKind.TICKER and text is not None and len(text) > MAX_TICKER:
        errors.append(FieldError("/text", f"has {len(text)} characters; a ticker has at most {MAX_TICKER}"))
    if style.kind is TextKind.CLOCK and style.clock.time is TimeFormat.NONE and style.clock.date is DateFormat.NONE:
        errors.append(FieldError("/style/clock", "a clock shows a time, a date or both"))
    if style.clock.time_zone is not None:
        try:
            zone(style.clock.time_zone)
        except UnknownZone as fault:
            errors.append(FieldError("/style/clock/timeZone", str(fault)))
    return errors
