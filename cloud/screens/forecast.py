"""What a screen shows and will show, told by the evaluator that the screen itself runs (CONTRACT section 6)."""

from datetime import datetime, timedelta

from starlette.responses import Response

from cloud.db import tables
from cloud.endpoints import Call, Reply
from cloud.problems import invalid_field
from cloud.publishing.renewing import current
from cloud.screens.explained import explained
from cloud.screens.status import Status, status_of
from cloud.wire import instant, read_plannable
from vizora.identifiers import DeviceId
from vizora.manifest.codec import decode
from vizora.schedule.evaluate import Plan, plan, what_is_on
from vizora.schedule.segments import TooManyRuns
from vizora.schedule.timeline import Timeline, timeline

LONGEST = timedelta(days=31)
DAY = timedelta(days=1)
MOST_RUNS = 100_000
"""That schedules may have in what is asked for: a second or two of computing."""


async def show_timeline(call: Call) -> Response:
    start = read_plannable(call.query("from"), "from") or call.cloud.clock.now()
    end = read_plannable(call.query("to"), "to") or start + DAY
    if not start < end <= start + LONGEST:
        raise invalid_field("to", f"must be later than from, by at most {LONGEST.days} days")
    ready = await _plan(call)
    return Reply(await call.think(lambda: shown_between(ready, start, end))).response()


async def explain(call: Call) -> Response:
    at = read_plannable(call.query("at"), "at") or call.cloud.clock.now()
    ready = await _plan(call)
    return Reply(await call.think(lambda: explained(what_is_on(ready, at)))).response()


async def now(call: Call) -> Response:
    """What the screen last reported to be on the glass, and what the evaluator says should be."""
    device = await call.read(lambda unit: unit.find(tables.devices, call.id))
    ready = await _plan(call)
    report = device["last_report"] or {}
    at = call.cloud.clock.now()
    status = status_of(call.cloud, device)
    expected = await call.think(lambda: explained(what_is_on(ready, at)))
    answer = {
        "deviceId": device["id"],
        "status": status,
        "reportedAt": instant(device["last_seen_at"]),
        "currentContent": report.get("currentContent") if status in (Status.ONLINE, Status.ERROR) else None,
        "manifestVersion": report.get("manifestVersion"),
        "issuedVersion": ready.manifest.version,
        "expected": expected,
    }
    return Reply(answer).response()


async def _plan(call: Call) -> Plan:
    await call.read(lambda unit: unit.find(tables.devices, call.id))
    row = await current(call.cloud, call.user.organization_id, DeviceId(call.id))
    return await call.think(lambda: plan(decode(row["body"])))


def shown_between(plan: Plan, start: datetime, end: datetime) -> Timeline:
    """Raises Problem 400 when there is more in it than anybody could look at."""
    try:
        return timeline(plan, start, end, most=MOST_RUNS)
    except TooManyRuns as fault:
        raise invalid_field("to", f"must be earlier: {fault}") from fault
