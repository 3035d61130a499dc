"""Days, hours, numbers, lengths and sizes as the language that is spoken writes them."""

from collections.abc import Iterable
from datetime import date, datetime

from babel.dates import format_date, get_day_names, get_month_names
from babel.numbers import format_decimal, format_percent

from cloud.web.speech import _, speaking

UNITS = ("B", "kB", "MB", "GB", "TB")


def number(value: float, digits: int = 0) -> str:
    """With the language's marks, with so many digits after the comma: `1,234` and `1.234`."""
    return format_decimal(value, "#,##0" + ("." + "0" * digits if digits else ""), speaking.get().locale)


def percent(share: float | None, digits: int = 1) -> str:
    """`99.9%` of 0.999; a dash for nothing."""
    if share is None:
        return "–"
    locale = speaking.get().locale
    pattern = locale.percent_formats[None].pattern.replace("#,##0", "#,##0" + ("." + "0" * digits if digits else ""))
    return format_percent(share, pattern, locale)


def day(at: date) -> str:
    """`Mon 23`, for narrow places."""
    return _fields("Ed", at)


def day_and_month(at: date) -> str:
    """`Mon 23 Nov`"""
    return _fields("MMMEd", at)


def day_and_time(at: datetime) -> str:
    """`Mon 23 Nov, 08:05`, of the clock `at` reads."""
    return _("%(day)s, %(time)s", day=day_and_month(at), time=clock(at))


def written_day(at: date) -> str:
    """`23 November 2026`"""
    return format_date(at, "long", speaking.get().locale)


def whole_day(at: date) -> str:
    """`Monday, 23 November 2026`"""
    return format_date(at, "full", speaking.get().locale)


def weekday(at: date) -> str:
    """`Mon`"""
    return weekdays()[at.isoweekday() - 1]


def whole_weekday(at: date) -> str:
    """`Monday`"""
    return format_date(at, "EEEE", speaking.get().locale)


def weekdays() -> tuple[str, ...]:
    """The seven, short, from Monday."""
    names = get_day_names("abbreviated", "format", speaking.get().locale)
    return tuple(names[index] for index in range(7))


def named_days(days: Iterable[int]) -> str:
    """Of the week, 1 to 7 from Monday: `Monday to Friday`, `Mon, Wed`."""
    chosen = tuple(sorted({day for day in days if 1 <= day <= 7}))
    named = {
        (1, 2, 3, 4, 5, 6, 7): _("Every day"),
        (1, 2, 3, 4, 5): _("Monday to Friday"),
        (6, 7): _("Saturday and Sunday"),
    }
    return named.get(chosen) or _(", ").join(weekdays()[day - 1] for day in chosen)


def months(numbers: Iterable[int]) -> str:
    """Of the year, 1 to 12: `January, July`."""
    names = get_month_names("wide", "stand-alone", speaking.get().locale)
    return _(", ").join(names[number] for number in numbers)


def clock(at: datetime, *, exact: bool = False) -> str:
    """`08:05`, of the clock `at` reads; the same in every language, as the schedules' fields have it."""
    return f"{at:%H:%M:%S}" if exact else f"{at:%H:%M}"


def as_written(text: str) -> str:
    """Kept in its own order, from left to right, within a text that runs the other way: `61 °C`."""
    return f"\N{LEFT-TO-RIGHT ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}" if speaking.get().direction == "rtl" else text


def length_of(milliseconds: int | None) -> str:
    """`7 s`, `1:05 min`, `2 h`, `1:32:10 h`; nothing for nothing."""
    if milliseconds is None:
        return ""
    seconds = round(milliseconds / 1000)
    if seconds < 60:
        return as_written(f"{seconds}\N{NO-BREAK SPACE}s")
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return _("%(length)s h", length=f"{hours}:{minutes:02}:{seconds:02}" if minutes or seconds else hours)
    return _("%(length)s min", length=f"{minutes}:{seconds:02}" if seconds else minutes)


def size_of(count: int | None) -> str:
    """`1.2 MB`, by thousands; nothing for nothing."""
    if count is None:
        return ""
    amount, unit = float(count), 0
    while amount >= 999.5 and unit < len(UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    return as_written(f"{number(amount, 0 if unit < 2 else 1)}\N{NO-BREAK SPACE}{UNITS[unit]}")


def _fields(skeleton: str, at: date) -> str:
    """These fields in the language's order and with its marks (Unicode TR 35)."""
    locale = speaking.get().locale
    return format_date(at, locale.datetime_skeletons[skeleton].pattern, locale)
