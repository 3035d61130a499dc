"""What a screen says of itself in a heartbeat (CONTRACT section 4). Lenient: a newer screen may say more."""

from typing import Any

import msgspec

MOST_BYTES = 16_384


class Report(msgspec.Struct, frozen=True, rename="camel"):
    metrics: dict[str, Any] = {}
    current_content: dict[str, Any] | None = None
    manifest_version: int | None = None
    problem: Any = None
    update: Any = None
    """`vizora.device_api.UpdateReport`, where the screen has two systems."""

    @property
    def on_glass(self) -> Any:
        """What is shown, without the time it was looked at: two reports that show the same have the same."""
        return {name: value for name, value in (self.current_content or {}).items() if name != "at"}

    @property
    def override_id(self) -> str | None:
        """The override that is on the glass, when one is."""
        source = self.on_glass.get("source")
        if isinstance(source, dict) and source.get("kind") == "override" and isinstance(source.get("id"), str):
            return str(source["id"])
        return None

    def stored(self) -> dict[str, Any]:
        return {
            "metrics": self.metrics,
            "currentContent": self.current_content,
            "manifestVersion": self.manifest_version,
            "problem": self.problem,
            "update": self.update,
        }
