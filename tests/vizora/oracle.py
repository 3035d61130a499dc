"""An independent, naive reading of CONTRACT section 6: it walks the wall clock minute by minute and remembers.

Slow on purpose and made of other ideas than `vizora.schedule`: no intervals, no offsets, no indices. It knows instants
at whole minutes only, which is where everything in its tests begins and ends. Shared with the product are the values of
the manifest, the pinned time zones and, for shuffled playlists, the permutation.
"""

import calendar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo

from vizora.identifiers import PlaylistId
from vizora.manifest.model import (
    Always,
    ContentType,
    Cron,
    Item,
    Level,
    Manifest,
    Once,
    Order,
    Override,
    Schedule,
    Weekly,
)
from vizora.schedule.shuffle import permutation
from vizora.schedule.zones import zone

MINUTE = timedelta(minutes=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NAMES = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


def minutes(start: datetime, end: datetime) -> list[datetime]:
    return [start + MINUTE * n for n in range(int((end - start) / MINUTE))]


def wall(at: datetime, where: tzinfo) -> datetime:
    """What the clock on the wall shows, without a zone."""
    return at.astimezone(where).replace(tzinfo=None, fold=0)


# what a schedule's own words mean


def weekly_active(rule: Weekly, schedule: Schedule, shown: datetime) -> bool:
    clock = shown.strftime("%H:%M")
    today, yesterday = shown.date(), shown.date() - timedelta(days=1)
    if rule.start_time < rule.end_time:
        return starts_on_day(rule, schedule, today) and rule.start_time <= clock < rule.end_time
    return (starts_on_day(rule, schedule, today) and clock >= rule.start_time) or (
        starts_on_day(rule, schedule, yesterday) and clock < rule.end_time
    )


def starts_on_day(rule: Weekly, schedule: Schedule, day: date) -> bool:
    return day.isoweekday() in rule.days and within_dates(schedule, day)


def within_dates(schedule: Schedule, day: date) -> bool:
    first = schedule.starts_on or "0000"
    last = schedule.ends_on or "9999"
    return first <= day.isoformat() <= last


def cron_matches(expression: str, shown: datetime) -> bool:
    minute, hour, dom, month, dow = expression.upper().split()
    if not number_matches(minute, shown.minute, 0, 59) or not number_matches(hour, shown.hour, 0, 23):
        return False
    if not number_matches(month, shown.month, 1, 12):
        return False
    by_date = any(date_matches(part, shown) for part in dom.split(","))
    by_day = any(weekday_matches(part, shown) for part in dow.split(","))
    if dom.startswith("*") or dow.startswith("*"):
        return by_date and by_day
    return by_date or by_day


def number_matches(text: str, value: int, least: int, most: int) -> bool:
    if text == "*":
        return True
    for part in text.split(","):
        span, _, step = part.partition("/")
        if span == "*":
            low, high = least, most
        elif "-" in span:
            low, high = (int(end) for end in span.split("-"))
        else:
            low, high = int(span), most if step else int(span)
        if low <= value <= high and (value - low) % int(step or 1) == 0:
            return True
    return False


def date_matches(text: str, shown: datetime) -> bool:
    last = calendar.monthrange(shown.year, shown.month)[1]
    if text == "L":
        return shown.day == last
    return number_matches(text, shown.day, 1, 31)


def weekday_matches(text: str, shown: datetime) -> bool:
    for number, name in enumerate(NAMES):
        text = text.replace(name, str(number))
    today = shown.isoweekday() % 7
    if "#" in text:
        day, nth = text.split("#")
        return int(day) % 7 == today and (shown.day - 1) // 7 + 1 == int(nth)
    if text.endswith("L"):
        return int(text[:-1]) % 7 == today and (shown + timedelta(days=7)).month != shown.month
    return number_matches(text, today, 0, 7) or (today == 0 and number_matches(text, 7, 0, 7))


@dataclass
class Seen:
    """One schedule, watched while the wall clock goes by: `active` holds the minutes in which it is on."""

    schedule: Schedule
    skipped_counts: bool = True
    repeated_once: bool = True
    active: set[datetime] = field(default_factory=set)

    def watch(self, walk: list[datetime]) -> None:
        where = zone(self.schedule.time_zone)
        shown = [wall(at, where) for at in walk]
        rule = self.schedule.recurrence
        if isinstance(rule, Always):
            self.active = {
                at for at, clock in zip(walk, shown, strict=True) if within_dates(self.schedule, clock.date())
            }
        elif isinstance(rule, Weekly):
            self.active = {
                at for at, clock in zip(walk, shown, strict=True) if weekly_active(rule, self.schedule, clock)
            }
        elif isinstance(rule, Cron):
            self._watch_cron(rule, walk, shown)
        else:
            self._watch_once(rule, walk, shown)

    def _watch_cron(self, rule: Cron, walk: list[datetime], shown: list[datetime]) -> None:
        minute, hour, *_ = rule.expression.split()
        fixed = not minute.startswith("*") and not hour.startswith("*")
        past: set[datetime] = set()
        before = shown[0] - MINUTE
        for at, clock in zip(walk, shown, strict=True):
            candidates = [clock]
            if fixed and self.repeated_once and clock in past:
                candidates = []
            if fixed and self.skipped_counts and clock > before + MINUTE:
                candidates += minutes_naive(before + MINUTE, clock)
            if any(
                cron_matches(rule.expression, one) and within_dates(self.schedule, one.date()) for one in candidates
            ):
                self.active |= set(minutes(at, at + timedelta(milliseconds=rule.duration_ms)))
            past.add(clock)
            before = clock

    def _watch_once(self, rule: Once, walk: list[datetime], shown: list[datetime]) -> None:
        start, end = datetime.fromisoformat(rule.start), datetime.fromisoformat(rule.end)
        if not within_dates(self.schedule, start.date()):
            return
        starts = [at for at, clock in zip(walk, shown, strict=True) if clock >= start]
        ends = [at for at, clock in zip(walk, shown, strict=True) if clock == end]
        if not ends:
            ends = [at for at, clock in zip(walk, shown, strict=True) if clock > end][:1]
        self.active = set(minutes(starts[0], ends[-1])) if starts and ends else set()


def minutes_naive(start: datetime, end: datetime) -> list[datetime]:
    return [start + MINUTE * n for n in range(int((end - start) / MINUTE))]


# what is on


@dataclass
class Walk:
    """A manifest watched from `start` to `end`; ask it about minutes well inside, so that it saw where things began."""

    manifest: Manifest
    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        self.walk = minutes(self.start, self.end)
        self.active: dict[str, set[datetime]] = {}
        for schedule in self.manifest.schedules:
            seen = Seen(schedule)
            seen.watch(self.walk)
            self.active[schedule.id] = seen.active

    def what_is_on(self, at: datetime) -> tuple[str | None, list[tuple[str, str, datetime, datetime]]]:
        """The source's id, and for each zone its id, item, and when that item began and ends."""
        minute = at.replace(second=0, microsecond=0)
        for source in self._strongest_first(minute):
            zones = self._zones(source, minute)
            if any(self._valid(shows, minute) for _, shows in zones):
                anchor = self._anchor(source, minute)
                found = [
                    (zone_id, *self._item(shows, anchor, at)) for zone_id, shows in zones if self._valid(shows, minute)
                ]
                return source.id if not isinstance(source, str) else source, found
        return None, []

    def _strongest_first(self, minute: datetime) -> list[Override | Schedule | str]:
        now = [
            one
            for one in self.manifest.overrides
            if one.starts_at <= minute and (one.ends_at is None or minute < one.ends_at)
        ]
        now.sort(key=lambda one: one.id)
        now.sort(key=lambda one: one.starts_at, reverse=True)
        now.sort(key=lambda one: one.level is not Level.EMERGENCY)
        on = [one for one in self.manifest.schedules if minute in self.active[one.id]]
        on.sort(key=lambda one: one.id)
        on.sort(key=lambda one: self._began(one, minute), reverse=True)
        on.sort(key=lambda one: one.priority, reverse=True)
        fallback = self.manifest.fallback.playlist_id
        return [*now, *on, *([str(fallback)] if fallback else [])]

    def _began(self, schedule: Schedule, minute: datetime) -> datetime:
        """The first minute of the stretch in which it has been on. Raises LookupError when that was before the walk."""
        if isinstance(schedule.recurrence, Always):
            return EPOCH
        while minute in self.active[schedule.id]:
            minute -= MINUTE
        if minute < self.start:
            raise LookupError(f"{schedule.id} was on all the time it was watched")
        return minute + MINUTE

    def _anchor(self, source: Override | Schedule | str, minute: datetime) -> datetime:
        if isinstance(source, Override):
            return source.starts_at
        if isinstance(source, Schedule) and not isinstance(source.recurrence, Always):
            return self._began(source, minute)
        return EPOCH

    def _zones(self, source: Override | Schedule | str, minute: datetime) -> list[tuple[str, PlaylistId]]:
        if isinstance(source, str):
            return [("main", PlaylistId(source))]
        if source.layout_id is None:
            assert source.playlist_id is not None
            return [("main", source.playlist_id)]
        return [(one.id, one.playlist_id) for one in self.manifest.layouts[source.layout_id].zones]

    def _valid(self, shows: PlaylistId, at: datetime) -> list[int]:
        """The places of the items that are valid at an instant."""
        return [
            place
            for place, item in enumerate(self.manifest.playlists[shows].items)
            if (item.valid_from is None or item.valid_from <= at)
            and (item.valid_until is None or at < item.valid_until)
        ]

    def _item(self, shows: PlaylistId, anchor: datetime, at: datetime) -> tuple[str, datetime, datetime]:
        playlist = self.manifest.playlists[shows]
        changes = [edge for item in playlist.items for edge in (item.valid_from, item.valid_until) if edge is not None]
        for change in sorted(changes):
            if anchor < change <= at and self._valid(shows, change) != self._valid(shows, change - MINUTE):
                anchor = change
        places = self._valid(shows, at)
        lengths = {place: self._length(playlist.items[place]) for place in places}
        whole = sum(lengths.values(), timedelta())
        cycle = (at - anchor) // whole
        now = anchor + cycle * whole
        order = places
        if playlist.order is Order.SHUFFLE:
            order = [places[place] for place in permutation(len(places), playlist.seed, cycle)]
        for place in order:
            if now + lengths[place] > at:
                return playlist.items[place].id, now, now + lengths[place]
            now += lengths[place]
        raise AssertionError("the instant lies in its cycle")

    def _length(self, item: Item) -> timedelta:
        asset = self.manifest.assets[item.content_id]
        natural = 10_000
        if asset.type is ContentType.VIDEO and asset.duration_ms:
            natural = asset.duration_ms
        if asset.type is ContentType.PDF and asset.pages:
            natural = 10_000 * asset.pages
        return timedelta(milliseconds=item.duration_ms or natural)
