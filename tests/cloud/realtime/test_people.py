"""What people's browsers hear."""

import pytest
from starlette.websockets import WebSocketDisconnect

from tests.cloud.house import House


def test_the_end_of_the_server_is_told_to_people_too(house: House) -> None:
    admin = house.register()
    with admin.client.websocket_connect("/realtime/organization") as line:

        async def close() -> None:
            house.cloud.hub.close()

        house.settle()
        house.on_loop(close)
        with pytest.raises(WebSocketDisconnect) as end:
            line.receive_json()

    assert end.value.code == 1012
