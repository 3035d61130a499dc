"""ClickHouse as the keeper of plays, by its ordinary HTTP interface (CLICKHOUSE_URL).

`ReplacingMergeTree` keeps one row a sorting key, which holds everything that names a play; it merges in its own time,
so every question says FINAL. Insert tokens would not do: a batch that is cut anew would count twice. No partitions:
merging works within one only, and a screen with a mad clock would make hundreds.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

import clickhouse_connect
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError, OperationalError

from cloud.analytics.queries import PROOF, Count, Key, Place
from cloud.analytics.question import Question
from cloud.clock import EPOCH
from cloud.problems import Problem
from vizora.errors import NetworkError

T = TypeVar("T")
TABLE = "vizora_plays"
COLUMNS = ("organization_id", *PROOF)
EARLIEST, LATEST = EPOCH, datetime(2261, 1, 1, tzinfo=UTC)
"""What the engine can keep; a screen's clock can say anything."""
CONNECT_S, ANSWER_S = 5, 30
MICROSECOND = timedelta(microseconds=1)
CREATE = f"""
CREATE TABLE IF NOT EXISTS {TABLE} (
    organization_id LowCardinality(String),
    started_at DateTime64(6, 'UTC'),
    device_id LowCardinality(String),
    boot_id String,
    n UInt64,
    item_id String,
    content_id LowCardinality(String),
    playlist_id LowCardinality(String),
    schedule_id LowCardinality(String),
    duration_ms UInt64,
    completed UInt8,
    clock LowCardinality(String),
    received_at DateTime64(6, 'UTC')
) ENGINE = ReplacingMergeTree ORDER BY (organization_id, started_at, device_id, boot_id, n)
"""
COUNTS = "count() AS plays, sum(completed) AS whole, sum(duration_ms) AS played_ms, max(started_at) AS last_at"


class SinkAway(NetworkError):
    """ClickHouse can't be reached."""


class SinkRefused(NetworkError):
    """ClickHouse answered with a fault."""


class ClickHouse:
    """A `cloud.analytics.sink.Sink`. Connects when it is first used, so that the cloud starts without it."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._where: dict[str, Any] = {
            "interface": parts.scheme,
            "host": parts.hostname,
            "port": parts.port or (8443 if parts.scheme == "https" else 8123),
            "username": unquote(parts.username or "default"),
            "password": unquote(parts.password or ""),
            "database": parts.path.strip("/") or "default",
        }
        self._lock = threading.Lock()
        self._client: Client | None = None

    # --- sink
    def take(self, plays: Sequence[Mapping[str, Any]]) -> None:
        rows = [[_stored(name, play[name]) for name in COLUMNS] for play in plays]
        self._ask(lambda client: client.insert(TABLE, rows, column_names=COLUMNS))

    def is_empty(self) -> bool:
        return not self._rows(f"SELECT 1 FROM {TABLE} LIMIT 1", {})  # noqa: S608

    # --- queries
    def by(self, key: Key, question: Question) -> Mapping[str | None, Count]:
        where, values = _where(question)
        sql = f"SELECT {key.value}, {COUNTS} FROM {TABLE} FINAL WHERE {where} GROUP BY {key.value}"  # noqa: S608
        rows = self._question(sql, values)
        return {row[0] or None: _count(row[1:]) for row in rows}

    def buckets(self, question: Question, step_s: int) -> Mapping[datetime, Count]:
        where, values = _where(question)
        step = f"intDiv(toUnixTimestamp(started_at), {int(step_s)})"
        rows = self._question(f"SELECT {step} AS step, {COUNTS} FROM {TABLE} FINAL WHERE {where} GROUP BY step", values)  # noqa: S608
        return {EARLIEST + timedelta(seconds=row[0] * step_s): _count(row[1:]) for row in rows}

    def total(self, question: Question) -> Count:
        where, values = _where(question)
        return _count(self._question(f"SELECT {COUNTS} FROM {TABLE} FINAL WHERE {where}", values)[0])  # noqa: S608

    def proof(self, question: Question, after: Place | None, limit: int) -> Sequence[Mapping[str, Any]]:
        where, values = _where(question)
        if after is not None:
            names = ("after_at", "after_device", "after_boot", "after_n")
            values |= dict(zip(names, (_micros(after[0]), *after[1:]), strict=True))
            where += (
                " AND (started_at, device_id, boot_id, n) > (fromUnixTimestamp64Micro({after_at:Int64}, 'UTC'),"
                " {after_device:String}, {after_boot:String}, {after_n:UInt64})"
            )
        columns = ", ".join(PROOF)
        rows = self._question(
            f"SELECT {columns} FROM {TABLE} FINAL WHERE {where}"  # noqa: S608
            f" ORDER BY started_at, device_id, boot_id, n LIMIT {int(limit)}",
            values,
        )
        return [_play(dict(zip(PROOF, row, strict=True))) for row in rows]

    # --- the line
    def _question(self, sql: str, values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        try:
            return self._rows(sql, values)
        except (SinkAway, SinkRefused) as fault:
            raise Problem(
                503,
                "SERVER_003",
                "The analytics server can't answer at the moment; plays are kept and counted later.",
                headers={"Retry-After": "30"},
            ) from fault

    def _rows(self, sql: str, values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        rows: Sequence[Sequence[Any]] = self._ask(lambda client: client.query(sql, parameters=dict(values)).result_rows)
        return rows

    def _ask(self, work: Callable[[Client], T]) -> T:
        try:
            return work(self._connected())
        except OperationalError as fault:
            self._client = None
            raise SinkAway(f"CLICKHOUSE_URL: {self._where['host']} can't be reached ({_first(fault)})") from fault
        except ClickHouseError as fault:
            raise SinkRefused(f"CLICKHOUSE_URL: {self._where['host']} said no ({_first(fault)})") from fault

    def _connected(self) -> Client:
        with self._lock:
            if self._client is None:
                client = clickhouse_connect.get_client(
                    **self._where,
                    connect_timeout=CONNECT_S,
                    send_receive_timeout=ANSWER_S,
                    autogenerate_session_id=False,  # sessions allow one question at a time; we ask from threads
                    tz_mode="aware",
                )
                client.command(CREATE)
                self._client = client
            return self._client


def _where(question: Question) -> tuple[str, dict[str, Any]]:
    values: dict[str, Any] = {
        "organization": question.organization_id,
        "start": _micros(question.start),
        "end": _micros(question.end),
    }
    where = (
        "organization_id = {organization:String}"
        " AND started_at >= fromUnixTimestamp64Micro({start:Int64}, 'UTC')"
        " AND started_at < fromUnixTimestamp64Micro({end:Int64}, 'UTC')"
    )
    for column, ids in question.only.items():
        values[column] = list(ids)
        where += f" AND {column} IN {{{column}:Array(String)}}"
    return where, values


def _stored(name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return min(max(value, EARLIEST), LATEST)
    return (value or "") if name == "schedule_id" else value


def _play(row: dict[str, Any]) -> Mapping[str, Any]:
    return {**row, "schedule_id": row["schedule_id"] or None, "completed": bool(row["completed"])}


def _count(row: Sequence[Any]) -> Count:
    plays, completed, duration_ms, last_at = row
    return Count(int(plays), int(completed), int(duration_ms), last_at if plays else None)


def _micros(at: datetime) -> int:
    return (min(max(at, EARLIEST), LATEST) - EARLIEST) // MICROSECOND


def _first(fault: Exception) -> str:
    """One line of what may be pages."""
    return (str(fault).splitlines() or [type(fault).__name__])[0][:300]
