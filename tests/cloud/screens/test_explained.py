"""Why a screen shows what it shows, as the API tells it: a sentence for people here, a code and its parts for pages."""

from typing import Any

import msgspec
import pytest

from cloud.screens.explained import Explained
from tests.cloud.house import House
from vizora.schedule.reasons import Told


@pytest.mark.parametrize("path", ["explain", "now"])
def test_each_reason_is_a_sentence_and_what_that_is_made_of(house: House, path: str) -> None:
    admin = house.register()
    screen = house.pair(admin)
    playlist = house.stock(admin, "one")
    low, high = house.schedule(admin, playlist), house.schedule(admin, playlist, name="Sale", priority=3)

    answer = admin.get(f"/api/devices/{screen.id}/{path}").json()

    told = {one["id"]: one for one in (answer["expected"] if path == "now" else answer)["why"]}
    assert told[high]["because"] == {"code": "active", "since": None, "until": None}
    assert told[low]["because"] == {
        "code": "beaten", "since": None, "until": None, "winnerKind": "schedule", "winnerId": high,
        "winnerName": "Sale", "by": "priority", "priorities": [3, 0],
    }  # fmt: skip
    assert told[low]["reason"] == "Active at all times, but schedule Sale has the higher priority (3 over 0)."
    assert told["fallback"]["because"] == {"code": "unset"}


def test_what_the_contract_names_comes_first_and_is_all_there(house: House) -> None:
    admin = house.register()
    screen = house.pair(admin)
    answer: Any = admin.get(f"/api/devices/{screen.id}/explain").json()

    assert list(answer["why"][0]) == [*Told.__struct_fields__, "because"]
    assert msgspec.convert(answer, Explained).why[0].reason == "No fallback playlist is set."
