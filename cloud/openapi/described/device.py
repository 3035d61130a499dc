"""What a screen is answered."""

from typing import Any

from cloud.openapi.description import NOTHING, Answer, Described, Shape, one
from vizora.device_api import PlaysAccepted
from vizora.manifest.model import Manifest


class TokenShape(Shape, frozen=True):
    device_token: str


_PICTURE: tuple[tuple[str, Any], ...] = (("image/png", bytes), ("image/jpeg", bytes))
_SIGNED = ("ETag", "Vizora-Key-Handover", "Vizora-Signature")
_MANIFEST = {
    200: Answer(Manifest, note="The exact bytes that were signed.", headers=_SIGNED),
    304: Answer(note="The screen has it already.", headers=_SIGNED),
}
DESCRIBED = {
    "DELETE /api/device": Described(
        "A screen that was just added takes itself back: its token ends", NOTHING, problems={409: ("CONFLICT_001",)}
    ),
    "GET /api/device/manifest": Described("The signed manifest", _MANIFEST),
    "GET /api/devices/{id}/manifest": Described(
        "A screen's signed manifest, to be carried to it where there is no network (`vizora usb export`)", _MANIFEST
    ),
    "POST /api/device/logs": Described("Lines of the screen's log, at most 500 at once", NOTHING),
    "POST /api/device/plays": Described("Report plays; each is counted once", one(PlaysAccepted)),
    "POST /api/device/screenshot": Described(
        "A picture of the glass", NOTHING, bodies=_PICTURE, problems={413: ("CONTENT_002",), 415: ("CONTENT_003",)}
    ),
    "POST /api/device/token": Described("A new token; the old one ends in a day", one(TokenShape)),
}
