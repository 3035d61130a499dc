"""Lines that are ended by who looks after them: silent ones, and those whose token was revoked while nobody told us."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from starlette.websockets import WebSocketDisconnect

from cloud.config import CloudConfig
from cloud.db import tables
from cloud.db.unit import Unit
from cloud.realtime.sweeping import recheck, sweep
from tests.cloud.house import House
from tests.cloud.realtime.test_device import beat, hear, line
from tests.fakes.clock import FakeClock


@pytest.mark.parametrize("change", [{"revoked_at": timedelta()}, {"expires_at": timedelta()}], ids=["revoked", "old"])
def test_a_revocation_that_was_not_heard_is_seen_all_the_same(house: House, change: dict[str, timedelta]) -> None:
    admin = house.register()
    mine, other = house.pair(admin), house.pair(admin)

    def revoke(unit: Unit) -> None:
        """As by another program: nothing is told."""
        tokens = tables.device_tokens
        values = {name: unit.now - after for name, after in change.items()}
        unit.connection.execute(update(tokens).where(tokens.c.device_id == mine.id).values(values))

    with line(mine) as cut, line(other) as kept:
        hear(cut, "manifest:changed")
        hear(kept, "manifest:changed")
        house.on_loop(lambda: recheck(house.cloud))
        beat(cut)
        house.do(admin.organization_id, revoke)
        house.on_loop(lambda: recheck(house.cloud))
        with pytest.raises(WebSocketDisconnect) as end:
            cut.receive_json()
        beat(kept)

    assert end.value.code == 4401


def test_a_process_that_stood_still_takes_nobody_for_silent_before_it_has_read_what_they_said(
    tmp_path: Path, clock: FakeClock
) -> None:
    with House(CloudConfig(data_dir=tmp_path / "var"), clock) as house:

        async def look(late_s: float) -> None:
            sweep(house.cloud, clock.monotonic() - late_s)

        screen = house.pair(house.register())
        with line(screen) as socket:
            hear(socket, "manifest:changed")
            clock.pass_time(60)
            house.on_loop(lambda: look(late_s=50))
            beat(socket)
            clock.pass_time(60)
            house.on_loop(lambda: look(late_s=0.1))
            with pytest.raises(WebSocketDisconnect) as end:
                socket.receive_json()

    assert (end.value.code, end.value.reason) == (4400, "silent")


def test_the_log_says_whose_line_was_ended_and_why(house: House, caplog: pytest.LogCaptureFixture) -> None:
    screen = house.pair(house.register())

    with caplog.at_level("INFO", "vizora.cloud"):
        with line(screen) as ended:
            hear(ended, "manifest:changed")
            ended.send_text("hello?")
            with pytest.raises(WebSocketDisconnect):
                ended.receive_json()
        with line(screen) as left:
            beat(left)

    said = [record.getMessage() for record in caplog.records if "line of screen" in record.getMessage()]
    assert said == [f"the line of screen {screen.id} was ended: not a message of ours"]


def test_nobody_connected_is_nobody_to_look_for(house: House) -> None:
    house.on_loop(lambda: recheck(house.cloud))
