"""What the analytics room and the event stream answer."""

from cloud.openapi.description import Answer, Count, Described, Instant, Query, Shape, one

_SPAN = (Query("from", Instant, "30 days ago, when not given."), Query("to", Instant, "Not included."))


class PlaysShape(Shape, frozen=True):
    id: str | None
    name: str | None
    plays: Count
    duration_ms: Count
    last_played_at: Instant | None


class GroupedShape(Shape, frozen=True):
    group_by: str
    items: list[PlaysShape]
    next_cursor: str | None


class ScreenCountsShape(Shape, frozen=True):
    total: Count
    online: Count
    offline: Count
    pairing: Count
    error: Count


class SummaryShape(Shape, frozen=True):
    screens: ScreenCountsShape
    content: Count
    playlists: Count
    schedules: Count
    plays_last_day: Count
    played_ms_last_day: Count


DESCRIBED = {
    "GET /api/analytics/plays": Described(
        "Plays and time on the glass",
        one(GroupedShape),
        query=(Query("groupBy", str, "content, device, playlist or schedule."), *_SPAN),
    ),
    "GET /api/analytics/summary": Described("The organization at a glance", one(SummaryShape)),
    "GET /api/events": Described(
        "What happens, as Server-Sent Events",
        {200: Answer(str, ("text/event-stream",), "Each event's data is one message of CONTRACT section 4.")},
    ),
}
