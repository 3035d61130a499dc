"""What a screen in the wrong hands says of itself never takes a page away from its organization."""

from typing import Any

import pytest

from tests.cloud.house import House

SAID: list[dict[str, Any]] = [
    {"metrics": {"uptimeMs": 1e300, "temperatureC": -1e308, "cpu": 1e308, "memory": 1e308, "gapP99Ms": 1e308}},
    {"metrics": {"uptimeMs": -1e18, "clock": "x" * 5000, "throttled": "yes", "disk": True}},
    {"currentContent": {"shown": [{"contentId": [], "title": 5}, 7], "problem": {"code": [1]}}},
    {"currentContent": {"shown": [{"contentId": {}}], "at": 5, "source": {"kind": "override", "id": []}}},
    {"problem": {"code": {"a": 1}, "sentence": ["x"]}, "manifestVersion": -5},
    {"problem": "<script>", "manifestVersion": 2**62, "update": {"board": [], "version": 9}},
]


@pytest.mark.parametrize("said", SAID, ids=str)
def test_every_page_about_screens_is_drawn_whatever_one_of_them_says(house: House, said: dict[str, Any]) -> None:
    admin = house.register()
    screen = house.pair(admin)
    with screen.client.websocket_connect("/realtime/device") as line:
        line.send_json({"type": "heartbeat", "data": said})
        while line.receive_json()["type"] != "heartbeat:ack":
            pass
        house.flush_seen()
        pages = ("/screens", f"/screens/{screen.id}", "/publish", f"/api/devices/{screen.id}/now", "/api/devices")
        statuses = {page: admin.get(page).status_code for page in pages}

    assert statuses == dict.fromkeys(pages, 200)


NONSENSE = (
    "/content?cursor=x",
    "/organization/log?cursor=x",
    "/organization/log?from=0001-01-01",
    "/organization/log?to=9999-12-31",
    "/screens/{id}/log?to=9999-12-31",
    "/screens/{id}?at=0001-01-01T00:00:00%2B14:00",
    "/screens/{id}?at=9999-12-31T23:59:59-14:00",
    "/analytics?from=2000-01-01&to=2000-01-02&tag=%00",
)


def test_days_that_make_no_sense_are_left_out(house: House) -> None:
    admin = house.register()
    screen = house.pair(admin)

    for days in ("from=0001-01-01", "to=9999-12-31", "from=yesterday"):
        assert admin.get(f"/screens/{screen.id}/log?{days}").status_code == 200


@pytest.mark.parametrize("address", NONSENSE)
def test_an_address_that_makes_no_sense_is_no_fault_of_the_server(house: House, address: str) -> None:
    admin = house.register()
    screen = house.pair(admin)

    assert admin.get(address.replace("{id}", screen.id)).status_code in (200, 404)


@pytest.mark.parametrize("draft", [[], {"target": []}, {"target": {"tags": 5}}, {"target": {"deviceIds": 5}}])
def test_a_draft_that_is_none_is_refused(house: House, draft: Any) -> None:
    admin = house.register()
    house.pair(admin)

    assert admin.post("/schedules/preview", {"schedule": draft}).status_code == 400


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "null", "https://evil.example"])
@pytest.mark.parametrize("path", ["/api/auth/login", "/api/auth/oidc", "/sign-in"])
def test_an_origin_that_is_no_address_is_a_foreign_one(house: House, path: str, origin: str) -> None:
    answer = house.client.post(path, json={"email": "a@b.example", "password": "x"}, headers={"origin": origin})

    assert (answer.status_code, answer.json()["code"]) in ((403, "AUTHZ_004"), (400, "VALIDATION_001"))
