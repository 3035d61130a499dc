"""What the analytics room and the event stream answer."""

from typing import Literal

import msgspec

from cloud.allowed import Instant
from cloud.openapi.description import PAGED, Answer, Count, Described, Query, Shape, one, sheet

GroupBy = Literal["content", "device", "playlist", "schedule", "hour", "day"]
_QUESTION = (
    Query("from", Instant, "30 days before `to`, when not given."),
    Query("to", Instant, "Not included; the end of the current hour, when not given."),
    Query("deviceId", str, "Only these screens; may be repeated, or hold several with commas. So may the others."),
    Query("contentId", str, "Only plays of this content."),
    Query("playlistId", str, "Only plays from this playlist."),
    Query("scheduleId", str, "Only plays that this schedule caused."),
    Query("tag", str, "Only screens with this tag."),
)
_GROUPS = (
    Query("groupBy", GroupBy, "`content`, when not given."),
    Query("timeZone", str, "An IANA name: whose hours and days are meant. UTC, when not given."),
)
_ORDER = (
    Query("orderId", str, "Demanded by the format.", required=True),
    Query("spaceBuyerId", str, "Demanded by the format; a number of SPACE.", required=True),
    Query("spaceBrandId", str, "Demanded by the format; a number of SPACE.", required=True),
    Query("spaceAgencyId", str, "A number of SPACE; empty, when not given."),
    Query("lineId", str, "Of the order; empty, when not given."),
    Query("buyerCampaignRef", str, "The buyer's own name of the campaign; empty, when not given."),
)
_AWAY = {503: ("SERVER_003",)}


class PlaysShape(Shape, frozen=True):
    """Of an id (`id`, `name`, `lastPlayedAt`), or of an hour or day (`start`, `local`)."""

    plays: Count
    completed: Count
    duration_ms: Count
    id: str | msgspec.UnsetType | None = msgspec.UNSET
    name: str | msgspec.UnsetType | None = msgspec.UNSET
    last_played_at: Instant | msgspec.UnsetType | None = msgspec.UNSET
    start: Instant | msgspec.UnsetType = msgspec.UNSET
    local: str | msgspec.UnsetType = msgspec.UNSET


class GroupedShape(Shape, frozen=True, kw_only=True):
    group_by: GroupBy
    from_: Instant = msgspec.field(name="from")
    to: Instant
    time_zone: str
    items: list[PlaysShape]
    next_cursor: str | None


class UptimeShape(Shape, frozen=True):
    """Of one screen; `uptime` is the share of the time since it was paired, from 0 to 1."""

    id: str
    name: str
    online_ms: Count
    offline_ms: Count
    uptime: float | None
    outages: Count
    longest_outage_ms: Count
    last_seen_at: Instant | None


class UptimesShape(Shape, frozen=True, kw_only=True):
    from_: Instant = msgspec.field(name="from")
    to: Instant
    items: list[UptimeShape]
    next_cursor: str | None


class ScreenCountsShape(Shape, frozen=True):
    total: Count
    online: Count
    offline: Count
    pairing: Count
    error: Count


class SummaryShape(Shape, frozen=True, kw_only=True):
    from_: Instant = msgspec.field(name="from")
    to: Instant
    screens: ScreenCountsShape
    content: Count
    playlists: Count
    schedules: Count
    plays: Count
    completed: Count
    played_ms: Count
    plays_last_day: Count
    played_ms_last_day: Count
    uptime: float | None


DESCRIBED = {
    "GET /api/analytics/plays": Described(
        "Plays and time on the glass", one(GroupedShape), query=(*_GROUPS, *_QUESTION, *PAGED), problems=_AWAY
    ),
    "GET /api/analytics/plays.csv": Described(
        "The same as a sheet", sheet("All of it, with a header."), query=(*_GROUPS, *_QUESTION), problems=_AWAY
    ),
    "GET /api/analytics/plays/proof.csv": Described(
        "Proof of play", sheet("A line a play, the oldest first."), query=_QUESTION, problems=_AWAY
    ),
    "GET /api/analytics/plays/outsmart.csv": Described(
        "Proof of play in the Outsmart Playout Digital File Format 1.7",
        sheet("Plays of screens that have a tag `frame:<number in SPACE>`; no header, times in UTC."),
        query=(*_ORDER, *_QUESTION),
        problems=_AWAY,
    ),
    "GET /api/analytics/uptime": Described(
        "How long screens were in touch", one(UptimesShape), query=(*_QUESTION, *PAGED)
    ),
    "GET /api/analytics/uptime.csv": Described(
        "The same as a sheet", sheet("All screens, with a header."), query=_QUESTION
    ),
    "GET /api/analytics/summary": Described(
        "The organization at a glance", one(SummaryShape), query=_QUESTION, problems=_AWAY
    ),
    "GET /api/analytics/summary.csv": Described(
        "The same as a sheet", sheet("A line a figure."), query=_QUESTION, problems=_AWAY
    ),
    "GET /api/events": Described(
        "What happens, as Server-Sent Events",
        {200: Answer(str, ("text/event-stream",), "Each event's data is one message of CONTRACT section 4.")},
    ),
}
