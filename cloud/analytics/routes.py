"""The analytics room: what was shown, where, for how long, and which screens were in touch."""

from collections.abc import Iterable

from cloud.analytics.outbox import EVERY, send
from cloud.analytics.plays import grouped, grouped_sheet
from cloud.analytics.proof import outsmart, proof
from cloud.analytics.sink import Analytics
from cloud.analytics.summary import summary, summary_sheet
from cloud.analytics.uptime import uptime, uptime_sheet
from cloud.dependencies import Dependency
from cloud.endpoints import Endpoint
from cloud.jobs.job import Kind
from cloud.principals import Access
from cloud.rooms import Room
from cloud.services import Cloud


def parts(cloud: Cloud) -> Iterable[object]:
    if cloud.config.clickhouse_url is None:
        return (Analytics(),)
    from cloud.analytics.clickhouse import ClickHouse  # here: its client is half a second of importing

    return (Analytics(ClickHouse(cloud.config.clickhouse_url)),)


def depends(cloud: Cloud) -> Iterable[Dependency]:
    sink = cloud.part(Analytics).sink
    if sink is not None:
        yield Dependency("analytics", sink.is_empty, "plays are kept and counted later; there are no figures meanwhile")


def jobs(cloud: Cloud) -> Iterable[Kind]:
    return () if cloud.part(Analytics).sink is None else (Kind("plays.send", send, every=EVERY),)


ROOM = Room(
    endpoints=(
        Endpoint("GET", "/api/analytics/plays", grouped, Access.VIEWER, long=True),
        Endpoint("GET", "/api/analytics/plays.csv", grouped_sheet, Access.VIEWER, long=True),
        Endpoint("GET", "/api/analytics/plays/proof.csv", proof, Access.VIEWER, long=True),
        Endpoint("GET", "/api/analytics/plays/outsmart.csv", outsmart, Access.VIEWER, long=True),
        Endpoint("GET", "/api/analytics/uptime", uptime, Access.VIEWER, long=True),
        Endpoint("GET", "/api/analytics/uptime.csv", uptime_sheet, Access.VIEWER, long=True),
        Endpoint("GET", "/api/analytics/summary", summary, Access.VIEWER, long=True),
        Endpoint("GET", "/api/analytics/summary.csv", summary_sheet, Access.VIEWER, long=True),
    ),
    parts=parts,
    jobs=jobs,
    depends=depends,
)
