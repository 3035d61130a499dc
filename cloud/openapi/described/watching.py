"""What a browser that shows what a screen plays is told."""

from cloud.openapi.description import Described, Query, one
from cloud.watching.routes import Watched

DESCRIBED = {
    "GET /api/watch": Described(
        "What a screen shows now and next, for a browser that shows it too; nothing is counted",
        one(Watched, note="By the screen's own manifest and the evaluator it runs."),
        query=(
            Query("deviceId", str, "Without it: what a screen would show that only `all` means."),
            Query("timeZone", str, "Without a screen: an IANA name; UTC, when not given."),
        ),
        problems={404: ("NOT_FOUND_001",)},
    ),
}
