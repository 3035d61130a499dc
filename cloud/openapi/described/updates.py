"""What the room of updates answers."""

from cloud.allowed import Instant
from cloud.openapi.description import NOTHING, RANGES, Described, Query, Shape, one
from cloud.updates.offering import Channel, Why
from vizora.device_api import Outcome, UpdateOffer


class LastUpdateShape(Shape, frozen=True):
    version: str
    outcome: Outcome
    why: str
    at: Instant


class ScreensUpdateShape(Shape, frozen=True):
    """`board` to `fellBack` are null for a screen that wasn't made by `vizora image build`, or hasn't reported yet."""

    device_id: str
    board: str | None
    version: str | None
    slot: str | None
    state: str | None
    fell_back: bool | None
    doing: str
    channel: Channel
    """The one it follows."""
    why: Why
    """What comes of the newest release now."""
    newest: str | None
    """The version that `why` is about."""
    last: LastUpdateShape | None


DESCRIBED = {
    "GET /api/device/update": Described(
        "The system this screen is to install now, if there is one",
        {**one(UpdateOffer, note="Fetch it, ask again, and install it if the answer is the same."), **NOTHING},
        query=(Query("asked", bool, "`true`: somebody wants it now, before its turn and outside its window."),),
    ),
    "GET /api/device/updates/{sha256}": Described(
        "The bytes of an update, also in ranges", RANGES, problems={404: ("CONTENT_001",), 416: ("RANGE_001",)}
    ),
    "GET /api/devices/{id}/update": Described(
        "Which system a screen has, and what comes next", one(ScreensUpdateShape)
    ),
}
