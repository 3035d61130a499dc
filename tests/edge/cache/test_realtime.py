import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from edge.cache.realtime import Listener, Realtime
from edge.cache.worker import Inbox
from edge.clock import SystemClock
from tests.fakes.device_cloud import FakeCloud, fake_cloud

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.fixture
def cloud() -> Iterator[FakeCloud]:
    with fake_cloud() as running:
        yield running


class Heard:
    """What reached the loop's thread, which here is the test's."""

    def __init__(self) -> None:
        self.inbox = Inbox()
        self.commands: list[dict[str, Any]] = []
        self.times: list[datetime] = []
        self.connected = 0
        self.nudged = 0

    @property
    def listener(self) -> Listener:
        return Listener(
            self._connected, self._nudged, self.commands.append, lambda server, *_: self.times.append(server)
        )

    def _connected(self) -> None:
        self.connected += 1

    def _nudged(self) -> None:
        self.nudged += 1

    def until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            call = self.inbox.get(20)
            assert call is not None, "the line stayed silent"
            call()


@contextmanager
def line(cloud: FakeCloud, heard: Heard, token: str = "device-token-1") -> Iterator[Realtime]:
    made = Realtime(
        url=cloud.socket_url,
        token=lambda: token,
        inbox=heard.inbox,
        listener=heard.listener,
        report=lambda: {"manifestVersion": 7, "metrics": {}, "currentContent": None},
        clock=SystemClock(),
        jitter=lambda: 0.0,
        beat_s=15,
    )
    made.start()
    try:
        yield made
    finally:
        made.stop()
        made.join(10)


def test_it_connects_beats_and_hears_the_clouds_time(cloud: FakeCloud) -> None:
    cloud.server_time = lambda: NOON
    heard = Heard()

    with line(cloud, heard) as made:
        heard.until(lambda: len(heard.times) == 1)
        assert made.is_connected

    assert heard.connected == 1
    assert heard.times == [NOON]
    assert cloud.heartbeats[0]["manifestVersion"] == 7


def test_nudges_and_commands_come_in_and_results_go_out(cloud: FakeCloud) -> None:
    cloud.queue_command({"commandId": "1", "type": "identify"})
    heard = Heard()

    with line(cloud, heard) as made:
        heard.until(lambda: len(heard.commands) == 1)
        cloud.send({"type": "command", "data": {"commandId": "2", "type": "screenshot"}})
        cloud.send({"type": "manifest:changed", "data": {"version": 8}})
        heard.until(lambda: heard.nudged == 1 and len(heard.commands) == 2)
        made.send("command:result", {"commandId": "1", "ok": True})
        cloud.wait_for(lambda: any(message["type"] == "command:result" for message in cloud.messages))

    assert [command["commandId"] for command in heard.commands] == ["1", "2"]


def test_a_report_that_is_asked_for_goes_at_once(cloud: FakeCloud) -> None:
    heard = Heard()
    with line(cloud, heard) as made:
        heard.until(lambda: heard.connected == 1)
        cloud.wait_for(lambda: len(cloud.heartbeats) == 1)
        made.report_now()
        cloud.wait_for(lambda: len(cloud.heartbeats) == 2, timeout_s=14)  # by the beat alone it would take 15 s
        assert made.beat_s == 15


def test_an_answer_given_without_a_line_goes_out_on_the_next_one(cloud: FakeCloud) -> None:
    heard = Heard()
    with line(cloud, heard) as made:
        cloud.wait_for(lambda: len(cloud.heartbeats) == 1)
        cloud.cut_lines()
        made.send("command:result", {"commandId": "1", "ok": True})
        cloud.wait_for(lambda: any(message["type"] == "command:result" for message in cloud.messages))


def test_what_it_does_not_understand_changes_nothing(cloud: FakeCloud) -> None:
    heard = Heard()
    with line(cloud, heard):
        cloud.wait_for(lambda: len(cloud.heartbeats) == 1)
        cloud.send({"nonsense": True})
        cloud.send({"type": "weather", "data": {}})
        cloud.send({"type": "heartbeat:ack", "data": {"nextHeartbeatIn": "soon", "serverTime": "noon", "commands": 3}})
        cloud.send({"type": "manifest:changed"})
        heard.until(lambda: heard.nudged == 1)

    assert (heard.commands, heard.times, heard.connected) == ([], [], 1)


def test_a_line_that_ends_is_made_again(cloud: FakeCloud) -> None:
    heard = Heard()
    with line(cloud, heard):
        cloud.wait_for(lambda: len(cloud.heartbeats) == 1)
        cloud.cut_lines()
        heard.until(lambda: heard.connected == 2)


def test_a_refused_line_lets_the_manifest_call_decide(cloud: FakeCloud) -> None:
    heard = Heard()
    with line(cloud, heard, token="stolen"):
        heard.until(lambda: heard.nudged == 1)

    assert heard.connected == 0


def test_it_stops_while_the_cloud_is_away() -> None:
    before = threading.active_count()
    heard = Heard()
    made = Realtime(
        url="ws://127.0.0.1:9/realtime/device",
        token=lambda: "t",
        inbox=heard.inbox,
        listener=heard.listener,
        report=dict,
        clock=SystemClock(),
        jitter=lambda: 0.0,
        beat_s=15,
    )
    made.start()
    made.stop()
    made.join(10)

    assert threading.active_count() <= before
