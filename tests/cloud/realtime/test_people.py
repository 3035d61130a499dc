"""What people's browsers hear."""

from contextlib import suppress

import pytest
from starlette.testclient import WebSocketTestSession
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


def test_whatever_changes_the_plan_is_told_and_nothing_else_is_taken_for_it(house: House) -> None:
    admin, stranger = house.register(), house.register("Else")
    text = admin.post("/api/content", {"type": "text", "title": "T", "text": "T"}).json()["id"]
    with (
        admin.client.websocket_connect("/realtime/organization") as line,
        stranger.client.websocket_connect("/realtime/organization") as other,
    ):

        async def ends() -> None:
            house.cloud.hub.close()

        playlist = admin.post("/api/playlists", {"name": "P", "items": [{"contentId": text}]}).json()["id"]
        rule = {"kind": "always"}
        admin.post("/api/schedules", {"name": "S", "playlistId": playlist, "target": {"all": True}, "recurrence": rule})
        admin.post("/api/users/invitations", {"email": "sam@acme.example", "role": "viewer"})
        admin.post("/api/publish", {"contentId": text, "target": {"all": True}})
        house.settle()
        house.on_loop(ends)
        heard, heard_elsewhere = until_its_end(line), until_its_end(other)

    assert heard == [
        "plan:changed",
        "plan:changed",
        "publish:progress",
    ]  # none by the playlist alone
    assert heard_elsewhere == []


def until_its_end(line: WebSocketTestSession) -> list[str]:
    told: list[str] = []
    with suppress(WebSocketDisconnect):
        while True:
            told.append(line.receive_json()["type"])
    return told
