"""The page of figures: what was played, where, when and for how long, and how long screens were in touch."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response

from cloud.web.api import items, read
from cloud.web.charts import Columns, columns, shares
from cloud.web.looks import me, own_zone, the_cloud
from cloud.web.period import WORDS, Period, chosen
from cloud.web.rendering import page
from cloud.web.speech import N_, _, many
from cloud.web.writing import day_and_month, length_of, weekday
from vizora.schedule.zones import zone

GROUPS = {"content": N_("Content"), "device": N_("Screens"), "playlist": N_("Playlists"), "schedule": N_("Schedules")}
PAGES = {"content": "/content/", "device": "/screens/", "playlist": "/playlists/", "schedule": "/schedules/"}
TOP = 10
HOUR = timedelta(hours=1)
NO_PLAYS = {"plays": 0, "durationMs": 0}
HOURS_SHOWN = timedelta(days=2)
"""Shorter stretches are drawn by the hour."""
GONE = N_("no longer there")
UNPLANNED = {"schedule": N_("published at once, or the fallback")}


@dataclass(frozen=True, slots=True)
class Bar:
    name: str
    address: str
    plays: int
    played_ms: int
    share: float


async def analytics(request: Request) -> Response:
    zone_name, query = own_zone(request), request.query_params
    where = zone(zone_name)
    period = chosen(query, the_cloud(request).clock.now().astimezone(where).date())
    start, end = period.instants(where)
    asked = {"from": _wire(start), "to": _wire(end)} | ({"tag": query["tag"]} if query.get("tag") else {})
    by = "hour" if end - start <= HOURS_SHOWN else "day"
    group = query.get("by", "content") if query.get("by") in GROUPS else "content"
    person, summary, slots, counts, uptime, tags = await asyncio.gather(
        me(request),
        read(request, f"/api/analytics/summary?{urlencode(asked)}"),
        items(request, _plays(by, asked, zone_name)),
        read(request, _plays(group, asked, zone_name) + f"&limit={TOP}"),
        read(request, f"/api/analytics/uptime?{urlencode(asked)}&limit={TOP}"),
        read(request, "/api/tags"),
    )
    points = by_day(slots, period.days) if by == "day" else by_hour(slots, start, end, where)
    return page(
        "analytics.html",
        **person,
        summary=summary,
        period=period,
        usual={name: _(words) for name, words in WORDS.items()},
        tag=query.get("tag", ""),
        tags=sorted(tags["devices"]),
        by=by,
        points=points,
        chart=_chart(points),
        group=group,
        groups={name: _(words) for name, words in GROUPS.items()},
        bars=bars(group, counts["items"]),
        more=bool(counts["nextCursor"]),
        uptime=uptime["items"],
        more_screens=bool(uptime["nextCursor"]),
        sheets=sheets(by, group, asked, zone_name),
        zone=zone_name,
        kept=_kept(period, query.get("tag", "")),
    )


def by_day(slots: Sequence[Mapping[str, Any]], days: Sequence[date]) -> list[tuple[str, int, int]]:
    """(day, plays, milliseconds) of every day, those without plays too."""
    found = {slot["local"]: slot for slot in slots}
    told = [(day, found.get(day.isoformat(), NO_PLAYS)) for day in days]
    return [(day_and_month(day), slot["plays"], slot["durationMs"]) for day, slot in told]


def by_hour(
    slots: Sequence[Mapping[str, Any]], start: datetime, end: datetime, where: tzinfo
) -> list[tuple[str, int, int]]:
    """(hour there, plays, milliseconds) of every hour from `start` to `end`."""
    found = {datetime.fromisoformat(slot["start"]): slot for slot in slots}
    hours = [start + number * HOUR for number in range((end - start) // HOUR)]
    told = [(at.astimezone(where), found.get(at, NO_PLAYS)) for at in hours]
    return [(f"{weekday(at)} {at:%H}:00", slot["plays"], slot["durationMs"]) for at, slot in told]


def bars(group: str, counts: Sequence[Mapping[str, Any]]) -> list[Bar]:
    """The most played first; what was deleted has no page any more."""
    lengths = shares([one["plays"] for one in counts])
    return [
        Bar(
            one["name"] or _nameless(group, one["id"]),
            f"{PAGES[group]}{quote(one['id'], safe='')}" if one["name"] and one["id"] else "",
            one["plays"],
            one["durationMs"],
            share,
        )
        for one, share in zip(counts, lengths, strict=True)
    ]


def _nameless(group: str, id_: str | None) -> str:
    words = UNPLANNED.get(group, GONE) if id_ is None else GONE
    return _(words)


def sheets(by: str, group: str, asked: Mapping[str, str], zone_name: str) -> dict[str, str]:
    """Addresses of the same figures in whole, as CSV."""
    plain = urlencode(asked)
    return {
        "time": _plays(by, asked, zone_name).replace("/plays?", "/plays.csv?"),
        "group": _plays(group, asked, zone_name).replace("/plays?", "/plays.csv?"),
        "proof": f"/api/analytics/plays/proof.csv?{plain}",
        "uptime": f"/api/analytics/uptime.csv?{plain}",
    }


def _chart(points: Sequence[tuple[str, int, int]]) -> Columns:
    return columns(
        [
            (
                name,
                plays,
                many(
                    "%(name)s: %(count)s play, %(length)s",
                    "%(name)s: %(count)s plays, %(length)s",
                    plays,
                    name=name,
                    length=length_of(ms),
                ),
            )
            for name, plays, ms in points
        ]
    )


def _plays(group: str, asked: Mapping[str, str], zone_name: str) -> str:
    return f"/api/analytics/plays?{urlencode({'groupBy': group, **asked, 'timeZone': zone_name})}"


def _kept(period: Period, tag: str) -> str:
    """The part of the address that other choices keep."""
    own = {"period": period.name} if period.name else {"from": str(period.first), "to": str(period.last)}
    return urlencode(own | ({"tag": tag} if tag else {}))


def _wire(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
