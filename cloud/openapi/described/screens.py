"""What the screens room answers."""

from typing import Annotated, Any, Literal

import msgspec

from cloud.allowed import Instant
from cloud.openapi.description import LIMITED, NOTHING, PAGED, Answer, Count, Described, Query, Shape, made, one
from cloud.screens.commands import Kind
from cloud.screens.explained import Explained
from cloud.screens.overview import MOST_PAGES, Order
from cloud.screens.status import Status
from cloud.updates.offering import Channel
from vizora.device_api import LogLevel, Paired, PairingStarted
from vizora.manifest.model import PowerWindow
from vizora.schedule.timeline import Timeline


class TaggedShape(Shape, frozen=True):
    """By tag: the ids of the screens it was added to or taken from."""

    added: dict[str, list[str]]
    removed: dict[str, list[str]]


class OrderedShape(Shape, frozen=True):
    """A command for each screen, in the same order."""

    device_ids: list[str]
    command_ids: list[str]


class ScreenShape(Shape, frozen=True):
    id: str
    nickname: str
    location: str
    timezone: str
    tags: list[str]
    status: Status
    last_seen_at: Instant | None
    device_identifier: str
    model: str
    resolution: str
    software_version: str
    rotation: int
    volume: int
    background: str
    power: list[PowerWindow]
    fallback_playlist_id: str | None
    update_channel: Channel | None
    """None: the organization's."""
    metrics: dict[str, Any] | None
    current_content: dict[str, Any] | None
    manifest_version: int | None
    problem: Any
    copies_seen_at: Instant | None
    """When two devices were seen that both say they are this screen."""
    screenshot_at: Instant | None
    paired_at: Instant
    created_at: Instant
    updated_at: Instant


class ScreensShape(Shape, frozen=True):
    items: list[ScreenShape]
    next_cursor: str | None


class OverviewShape(Shape, frozen=True):
    items: list[ScreenShape]
    count: Count
    """How many there are."""
    found: Count
    """How many fit."""
    page: Count
    """From 1; the last one for any beyond it."""
    pages: Count
    states: dict[Status, Count] | None
    """Of all the organization's screens, in the order of attention."""


class MeantShape(Shape, frozen=True):
    count: Count
    items: list[ScreenShape]
    """The first of them by name, so that one sees which."""


class ClaimedShape(Shape, frozen=True):
    device: ScreenShape


class HardwareShape(Shape, frozen=True):
    device_identifier: str
    model: str
    resolution: str
    software_version: str


class NumberWantedShape(Shape, frozen=True):
    """A typed code: send it again with the number the screen shows now."""

    confirmation_required: bool
    device: HardwareShape
    tries_left: Count
    expires_in: Count


class LookShape(Shape, frozen=True):
    device: HardwareShape
    expires_in: Count


class PairingCodeShape(Shape, frozen=True):
    code: str
    device_id: str
    expires_at: Instant
    qr_code: str
    """A data URL with a picture."""


class EnrolmentTokenShape(Shape, frozen=True):
    id: str
    name: str
    count: Count
    """How many screens it may add."""
    max_uses: Count
    """The same, by its former name."""
    uses: Count
    usable: bool
    """Whether it still adds screens."""
    tags: list[str]
    location: str
    timezone: str
    created_by: str | None
    created_at: Instant
    expires_at: Instant
    revoked_at: Instant | None


class NewEnrolmentTokenShape(EnrolmentTokenShape, frozen=True):
    token: str
    """Shown this once."""
    setup_file: str
    """What goes on the boot partition as `vizora-setup.toml`; with Wi-Fi by `POST /api/devices/setup-file`."""


class EnrolmentTokensShape(Shape, frozen=True):
    items: list[EnrolmentTokenShape]
    next_cursor: str | None


class CommandSentShape(Shape, frozen=True):
    command_id: str


class CommandShape(Shape, frozen=True):
    id: str
    type: Kind
    args: dict[str, Any]
    status: Literal["queued", "delivered", "done", "failed"]
    result: Any
    created_at: Instant
    expires_at: Instant


class LogLineShape(Shape, frozen=True):
    id: str
    at: Instant
    """By the screen's own clock."""
    received_at: Instant
    level: LogLevel
    source: str
    message: str


class LogsShape(Shape, frozen=True):
    items: list[LogLineShape]
    next_cursor: str | None


class NowShape(Shape, frozen=True):
    device_id: str
    status: Status
    reported_at: Instant | None
    current_content: dict[str, Any] | None
    manifest_version: int | None
    issued_version: int
    expected: Explained


_ID = "/api/devices/{id}"
_CODE = {404: ("DEVICE_001",), 429: ("RATE_001",)}
DESCRIBED = {
    "POST /api/pairing": Described("A device asks to be paired", made(PairingStarted)),
    "POST /api/pairing/token": Described(
        "A device waits for its token, up to 25 s", one(Paired), problems={400: ("DEVICE_001", "VALIDATION_001")}
    ),
    "POST /api/pairing/redeem": Described(
        "A device redeems a code an admin made",
        one(Paired),
        problems={400: ("DEVICE_001",), 403: ("DEVICE_003",), 409: ("DEVICE_002",), **_CODE},
    ),
    "POST /api/devices/pair": Described(
        "Add a screen",
        {
            **one(ClaimedShape),
            202: Answer(NumberWantedShape, note="The number on the screen is needed too.", headers=()),
        },
        problems={400: ("DEVICE_001",), 403: ("DEVICE_003",), 409: ("DEVICE_002",), **_CODE},
    ),
    "POST /api/devices/pairing-preview": Described("What a code belongs to", one(LookShape), problems=_CODE),
    "POST /api/devices/pairing-codes": Described("Make a code for a device to redeem", made(PairingCodeShape)),
    "GET /api/devices/enrolment-tokens": Described(
        "List enrolment tokens", one(EnrolmentTokensShape, note="One page, the newest first."), query=PAGED
    ),
    "POST /api/devices/enrolment-tokens": Described(
        "Make a token by which a fleet's screens add themselves", made(NewEnrolmentTokenShape)
    ),
    "DELETE /api/devices/enrolment-tokens/{id}": Described("Revoke a token: it adds no screen any more", NOTHING),
    "POST /api/devices/setup-file": Described(
        "`vizora-setup.toml` for the boot partition; the Wi-Fi is stored nowhere",
        {200: Answer(bytes, ("application/toml",), "The file.", ("Content-Disposition",))},
        problems={404: ("DEVICE_001",)},
    ),
    "GET /api/devices": Described(
        "List screens",
        one(ScreensShape, note="One page, the newest first."),
        query=(
            *PAGED,
            Query("status", Status, "Only those with this status."),
            Query("tag", str, "Only those with this tag."),
            Query("q", str, "Only those whose nickname or location has this in it."),
            Query("ids", str, "Only these, with commas between them; 200 at most."),
        ),
    ),
    "GET /api/devices/overview": Described(
        "Look through screens: found, counted by state, in an order for people",
        one(OverviewShape, note="One page."),
        query=(
            LIMITED,
            Query("page", Annotated[int, msgspec.Meta(ge=1, le=MOST_PAGES)], "Which page, from 1."),
            Query("order", Order, "Those that need somebody first (`attention`, if not given), or by `name`."),
            Query("status", Status, "Only those with this status."),
            Query("tag", str, "Only those with this tag."),
            Query("q", str, "Only those whose nickname or location has this in it."),
        ),
    ),
    "POST /api/devices/meant": Described("Which screens a target means", one(MeantShape, note="Nothing is changed.")),
    f"GET {_ID}": Described("One screen", one(ScreenShape, "ETag")),
    f"PATCH {_ID}": Described("Change a screen", one(ScreenShape, "ETag")),
    f"DELETE {_ID}": Described("Unpair a screen: its tokens end at once", NOTHING),
    f"POST {_ID}/revoke": Described(
        "End every token of a screen that was copied or stolen; its place stays for the device paired next",
        one(ScreenShape),
    ),
    f"POST {_ID}/commands": Described(
        "Send a command", {202: Answer(CommandSentShape, note="It waits for the screen.")}
    ),
    "POST /api/devices/tags": Described(
        "Tag many screens at once, or take tags off", one(TaggedShape, note="What was really changed.")
    ),
    "POST /api/devices/commands": Described(
        "Tell many screens the same", {202: Answer(OrderedShape, note="Waiting for the screens.")}
    ),
    f"GET {_ID}/commands/{{command_id}}": Described("What became of a command", one(CommandShape)),
    f"GET {_ID}/now": Described("What is on the glass, and what should be", one(NowShape)),
    f"GET {_ID}/timeline": Described(
        "What will be on",
        one(Timeline),
        query=(Query("from", Instant, "Now, when not given."), Query("to", Instant, "A day after `from`.")),
    ),
    f"GET {_ID}/explain": Described(
        "What is on at an instant, and why", one(Explained), query=(Query("at", Instant, "Now, when not given."),)
    ),
    f"GET {_ID}/logs": Described(
        "What the screen said of itself",
        one(LogsShape, note="One page, the newest first."),
        query=(
            *PAGED,
            Query("level", LogLevel, "This level and those that matter more."),
            Query("source", str, "Only what this part of the screen said."),
            Query("q", str, "Only lines that have this in them."),
            Query("from", Instant, "Not received before this instant."),
            Query("to", Instant, "Received before this instant."),
        ),
    ),
    f"GET {_ID}/screenshot": Described(
        "The newest picture of the glass", {200: Answer(bytes, ("image/png", "image/jpeg"), "The picture.")}
    ),
}
