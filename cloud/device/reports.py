"""What a screen says of itself in a heartbeat (CONTRACT section 4). Lenient: a newer screen may say more."""

from typing import Any

import msgspec

MOST_BYTES = 16_384


class Position(msgspec.Struct, frozen=True, gc=False):
    """What of a report is compared with the one before: where the screen stands."""

    manifest_version: int | None
    override_id: str | None
    """The override that is on the glass, when one is."""
    on_glass: bytes = b""
    """What is shown, without the time it was looked at: two reports that show the same have the same."""
    update: bytes = b""
    """What is said of the screen's system; empty where it says nothing."""

    def moved_on(self, before: "Position") -> bool:
        """Whether a publication may have come further."""
        return (self.manifest_version, self.override_id) != (before.manifest_version, before.override_id)


class Report(msgspec.Struct, frozen=True, rename="camel"):
    metrics: dict[str, Any] = {}
    current_content: dict[str, Any] | None = None
    manifest_version: int | None = None
    problem: Any = None
    update: Any = None
    """`vizora.device_api.UpdateReport`, where the screen has two systems."""

    @property
    def position(self) -> "Position":
        content = {name: value for name, value in (self.current_content or {}).items() if name != "at"}
        source = content.get("source")
        override_id = source.get("id") if isinstance(source, dict) and source.get("kind") == "override" else None
        return Position(
            self.manifest_version,
            override_id if isinstance(override_id, str) else None,
            msgspec.json.encode(content),
            b"" if self.update is None else msgspec.json.encode(self.update),
        )
