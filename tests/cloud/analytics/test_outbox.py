"""From the database to ClickHouse: nothing acknowledged is lost, nothing is counted twice."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import clickhouse_connect
import pytest
from sqlalchemy import func, select

from cloud.analytics.clickhouse import CREATE, TABLE, ClickHouse, SinkAway, SinkRefused
from cloud.analytics.outbox import confirm, fill, flush, waiting_plays
from cloud.analytics.queries import Count
from cloud.analytics.question import HOUR, Question
from cloud.analytics.recording import record
from cloud.analytics.sink import Analytics
from cloud.config import CloudConfig
from cloud.db import tables
from cloud.db.unit import Row
from tests.cloud.analytics.plays import AT, play_row
from tests.cloud.house import House
from tests.fakes.clock import FakeClock
from tests.free_port import free_port
from tests.servers.clickhouse import clickhouse_server
from vizora.identifiers import OrganizationId

PLAYS = [play_row(n, device_id=f"d{n % 4}", started_at=AT + n * HOUR / 100, duration_ms=n) for n in range(400)]
SENT = Count(400, 400, sum(range(400)), PLAYS[-1]["started_at"])


@pytest.fixture
def organization(house: House) -> OrganizationId:
    return OrganizationId(house.register().organization_id)


@pytest.fixture
def sink(clickhouse_url: str) -> ClickHouse:
    return ClickHouse(clickhouse_url)


def everything(organization: OrganizationId) -> Question:
    return Question(organization, AT - HOUR, AT + 48 * HOUR, {})


def left(house: House) -> int:
    def work(unit: Any) -> int:
        return unit.connection.scalar(select(func.count()).select_from(tables.plays_outbox)) or 0

    return house.do("-", work)


def write(house: House, organization: OrganizationId, plays: Sequence[Row]) -> None:
    house.do(organization, lambda unit: record(unit, plays, outbox=True))


def sends(house: House, sink: Any, batch: int) -> int:
    return house.on_loop(lambda: flush(house.cloud, sink, batch=batch))


def test_what_waits_is_sent_in_batches_and_then_waits_no_more(
    house: House, organization: OrganizationId, sink: ClickHouse
) -> None:
    write(house, organization, PLAYS)
    write(house, organization, PLAYS[:100])  # reported again: nothing new

    assert sends(house, sink, batch=150) == 400
    assert left(house) == 0
    assert sink.total(everything(organization)) == SENT
    assert sends(house, sink, batch=150) == 0


@pytest.mark.parametrize("replacing", [True, False], ids=["by (device, boot, n)", "twin that trusts its batches"])
def test_batches_that_are_cut_anew_after_crashes_count_once(
    house: House, organization: OrganizationId, clickhouse_url: str, replacing: bool
) -> None:
    """A crash between the sink's yes and our commit, again and again. The broken twin counts re-cut batches double."""
    sink = ClickHouse(clickhouse_url) if replacing else Trusting(clickhouse_url)
    write(house, organization, PLAYS)
    dice = Random(11)
    for _ in range(25):
        waiting = house.do("-", lambda unit: waiting_plays(unit, dice.randint(1, 60)))
        sink.take(waiting)
        confirmed = waiting if dice.random() < 0.5 else []
        house.do("-", partial(confirm, plays=confirmed))
    sends(house, sink, batch=70)

    counted = sink.total(everything(organization))

    assert left(house) == 0
    assert (counted == SENT) is replacing
    if not replacing:
        assert counted.plays > SENT.plays


class Trusting(ClickHouse):
    """The twin: plain MergeTree with insert tokens, as the server's manual suggests for retries."""

    table = f"{TABLE}_twin"

    def _connected(self) -> Any:
        client = super()._connected()
        plain = CREATE.replace(TABLE, self.table).replace("ReplacingMergeTree", "MergeTree")
        client.command(f"{plain} SETTINGS non_replicated_deduplication_window = 1000")
        return TwinClient(client)


class TwinClient:
    def __init__(self, client: Any) -> None:
        self._client = client

    def insert(self, _: str, rows: Any, column_names: Any) -> None:
        token = f"{rows[0][2]}-{rows[0][4]}-{len(rows)}"
        settings = {"insert_deduplication_token": token}
        self._client.insert(Trusting.table, rows, column_names=column_names, settings=settings)

    def query(self, sql: str, parameters: Any) -> Any:
        return self._client.query(sql.replace(f"{TABLE} FINAL", Trusting.table), parameters=parameters)


def test_while_the_sink_is_down_plays_are_acknowledged_and_flow_later(
    config: CloudConfig, clock: FakeClock, tmp_path: Path
) -> None:
    port = free_port()
    with House(replace(config, clickhouse_url=f"http://127.0.0.1:{port}"), clock) as house:
        admin = house.register()
        screen = house.pair(admin)
        event = {
            "bootId": "b", "n": 0, "itemId": "i", "contentId": "c", "playlistId": "p", "scheduleId": None,
            "startedAt": "2026-11-22T08:30:00Z", "durationMs": 1000, "completed": True, "clock": "trusted",
        }  # fmt: skip
        sink = house.cloud.part(Analytics).sink
        assert sink is not None

        for n in range(3):
            assert screen.post("/api/device/plays", {"events": [event | {"n": n}]}).status_code == 200
        with pytest.raises(SinkAway):
            sends(house, sink, batch=2)
        asked = admin.get("/api/analytics/plays")
        assert (asked.status_code, asked.json()["code"]) == (503, "SERVER_003")
        assert admin.get("/api/analytics/plays/proof.csv").status_code == 503
        assert left(house) == 3

        with clickhouse_server(port, tmp_path):
            assert sends(house, sink, batch=2) == 3
            items = admin.get("/api/analytics/plays").json()["items"]
            assert [(item["id"], item["plays"]) for item in items] == [("c", 3)]
            assert len(admin.get("/api/analytics/plays/proof.csv").text.splitlines()) == 4
        assert left(house) == 0


def test_a_sink_that_is_new_gets_what_was_played_before(
    house: House, organization: OrganizationId, sink: ClickHouse
) -> None:
    house.do(organization, lambda unit: record(unit, PLAYS, outbox=False))
    write(house, organization, [play_row(1000, started_at=AT)])

    house.do("-", fill)
    sends(house, sink, batch=1000)

    assert sink.total(everything(organization)).plays == 401


def test_a_refusal_names_the_server_and_nothing_is_lost(house: House, organization: OrganizationId) -> None:
    write(house, organization, PLAYS[:3])

    class Refusing(ClickHouse):
        def _connected(self) -> Any:
            raise clickhouse_connect.driver.exceptions.DatabaseError("Code: 241. Memory limit exceeded")

    with pytest.raises(SinkRefused, match=r"db.example said no .*Memory limit"):
        sends(house, Refusing("http://db.example:8123"), batch=10)
    assert left(house) == 3
