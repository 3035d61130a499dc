"""What a screen says of itself in a heartbeat (CONTRACT section 4). Lenient: a newer screen may say more."""

from typing import Any

import msgspec

MOST_BYTES = 16_384


class Report(msgspec.Struct, frozen=True, rename="camel"):
    metrics: dict[str, Any] = {}
    current_content: dict[str, Any] | None = None
    manifest_version: int | None = None
    problem: Any = None

    def stored(self) -> dict[str, Any]:
        return {
            "metrics": self.metrics,
            "currentContent": self.current_content,
            "manifestVersion": self.manifest_version,
            "problem": self.problem,
        }
