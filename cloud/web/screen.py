"""The page of one screen: how it is, what is on and why, what it will play, and what it can be told."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from cloud.web import reasons
from cloud.web.api import found, items, read
from cloud.web.looks import contents_of, contents_shown, glass, me, the_cloud
from cloud.web.rendering import page
from cloud.web.speech import _
from cloud.web.timeline import Names, board, midnight, source_name
from cloud.web.updates import channels, told
from cloud.web.writing import as_written, number, percent
from cloud.wire import plannable
from vizora.schedule.zones import zone

SPANS = {"day": 1, "week": 7}
MOST = 10**13
"""Of a measurement: no screen has run for three hundred years. What says more is a screen in the wrong hands."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of health. `bad` when somebody should look at it."""

    name: str
    value: str
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Plans:
    """All that an organization has planned, as the API lists it."""

    schedules: list[Any]
    playlists: list[Any]
    overrides: list[Any]
    layouts: list[Any]

    @property
    def names(self) -> dict[str, str]:
        """Of playlists and layouts, by id."""
        return {one["id"]: one["name"] for one in [*self.playlists, *self.layouts]}


async def screen(request: Request) -> Response:
    base = f"/api/devices/{quote(request.path_params['id'], safe='')}"
    answer = await found(request, base)
    device = answer.json
    clock_now = the_cloud(request).clock.now()
    where_ = zone(device["timezone"])
    start, days = chosen_days(request.query_params, clock_now.astimezone(where_).date())
    low, high = midnight(days[0], where_), midnight(days[-1] + timedelta(days=1), where_)
    at = chosen_instant(request.query_params.get("at"))
    person, now, update, timeline, plans = await asyncio.gather(
        me(request),
        read(request, f"{base}/now"),
        read(request, f"{base}/update"),
        read(request, f"{base}/timeline?from={wire(low)}&to={wire(high)}"),
        plans_of(request),
    )
    names = await known_names(request, plans)
    explained = now["expected"] if at is None else await read(request, f"{base}/explain?at={wire(at)}")
    planned = {one["contentId"] for one in explained["zones"]}
    contents = await contents_of(request, planned | contents_shown([device]))
    called = names.all()
    thumbnails = {id_: one["thumbnailUrl"] for id_, one in contents.items() if one["thumbnailUrl"]}
    return page(
        "screen.html",
        **person,
        device=device,
        etag=answer.headers.get("etag", ""),
        glass=glass(device, thumbnails),
        state=state_of(device, now),
        explained=explained,
        why=why(explained, called, where_),
        titles={id_: one["title"] for id_, one in contents.items()},
        names=called,
        asked_at=None if at is None else at.astimezone(where_),
        figures=figures(device.get("metrics") or {}),
        update=told(update),
        channels=channels(),
        board=board(timeline, days, where_, clock_now, names),
        start=start,
        span="week" if len(days) > 1 else "day",
        step=timedelta(days=len(days)),
        today=clock_now.astimezone(where_).date(),
        playlists=plans.playlists,
        schedules=[one for one in plans.schedules if device["id"] in one["target"].get("deviceIds", ())],
    )


async def plans_of(request: Request) -> Plans:
    return Plans(
        *await asyncio.gather(
            *(items(request, f"/api/{name}") for name in ("schedules", "playlists", "publish", "layouts"))
        )
    )


async def known_names(request: Request, plans: Plans) -> Names:
    """What schedules, playlists and running overrides are called, and how strong the schedules are."""
    contents = await contents_of(request, {one["contentId"] for one in plans.overrides} - {None})
    titles = {id_: one["title"] for id_, one in contents.items()} | plans.names
    what = {one["id"]: one["contentId"] or one["playlistId"] or one.get("layoutId") for one in plans.overrides}
    return Names(
        {one["id"]: one["name"] for one in plans.schedules},
        {one["id"]: one["name"] for one in plans.playlists},
        {id_: titles.get(source) or _("something that is gone") for id_, source in what.items()},
        {one["id"]: one["priority"] for one in plans.schedules},
    )


def chosen_days(query: Mapping[str, str], today: date) -> tuple[date, tuple[date, ...]]:
    """The days to draw, from `day` and `span`; nonsense counts as today and a day."""
    try:
        start = date.fromisoformat(query.get("day", ""))
    except ValueError:
        start = today
    if not date(2000, 1, 1) <= start <= date(2999, 1, 1):
        start = today
    count = SPANS.get(query.get("span", ""), 1)
    return start, tuple(start + timedelta(days=number) for number in range(count))


def chosen_instant(text: str | None) -> datetime | None:
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return at if at.tzinfo and plannable(at) else None


def state_of(device: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """`behind`: it is there, but plays something older than what was issued for it."""
    version, issued = now.get("manifestVersion"), now.get("issuedVersion")
    if device["status"] == "online" and isinstance(version, int) and isinstance(issued, int) and version < issued:
        return "behind"
    return str(device["status"])


def figures(metrics: Mapping[str, Any]) -> list[Figure]:
    """The screen's own measurements in words; what it did not say, or can't be, is left out."""
    found: list[Figure] = []

    def measured(name: str) -> float | None:
        value = metrics.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return float(value) if abs(value) < MOST else None

    for name, words, limit in (("cpu", _("Processor"), 150), ("memory", _("Memory"), 92), ("disk", _("Card"), 92)):
        if (share := measured(name)) is not None:
            found.append(
                Figure(words, used(share) if name != "cpu" else percent(min(share, 100) / 100, 0), share >= limit)
            )
    if (heat := measured("temperatureC")) is not None:
        found.append(Figure(_("Temperature"), as_written(f"{number(heat)} °C"), heat >= 80))
    if metrics.get("throttled") is True:
        found.append(Figure(_("Power"), _("under-voltage or heat since its start"), bad=True))
    if (gap := measured("gapP99Ms")) is not None:
        found.append(Figure(_("Longest gap (p99)"), as_written(f"{number(gap)} ms"), gap > 50))
    if isinstance(clock := metrics.get("clock"), str):
        sentences = {"trusted": _("right"), "floor": _("not yet confirmed"), "untrusted": _("not known")}
        found.append(Figure(_("Clock"), sentences.get(clock, clock[:40]), clock != "trusted"))
    if (up := measured("uptimeMs")) is not None:
        found.append(Figure(_("Running for"), _long(timedelta(milliseconds=up))))
    return found


def _long(span: timedelta) -> str:
    hours, minutes = divmod(span.seconds // 60, 60)
    if span.days:
        return _("%(days)s d %(hours)s h", days=span.days, hours=hours)
    return _("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)


def used(share: float) -> str:
    return _("%(share)s used", share=percent(share / 100, 0))


@dataclass(frozen=True, slots=True)
class Why:
    """Of one schedule, override or the fallback: what it is called, what became of it, and why."""

    name: str
    outcome: str
    sentence: str


def why(explained: Mapping[str, Any], called: Mapping[str, str], where: tzinfo) -> list[Why]:
    now = datetime.fromisoformat(explained["at"]).astimezone(where)
    return [
        Why(source_name(one["kind"], called.get(one["id"], "")), one["outcome"], reasons.told(one, called, now))
        for one in explained["why"]
    ]


def wire(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
