"""What the player says is on the glass, read from its status file (docs/reference/device-files.md)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from edge.cli.status_files import read_json


@dataclass(frozen=True, slots=True)
class Shown:
    """One item that came on the glass. `duration_ms` is its planned length."""

    title: str
    type: str
    started_at: str
    duration_ms: int


@dataclass(slots=True)
class Glass:
    status: Path
    seen: set[tuple[str, str, str]] = field(default_factory=set)

    def news(self) -> Iterator[Shown]:
        """The items that came on since the last call, each showing once."""
        report = read_json(self.status)
        planned = {zone["zoneId"]: zone for zone in (report.get("answer") or {}).get("zones", [])}
        for shown in report.get("shown") or []:
            zone = planned.get(shown["zoneId"])
            if zone is None or zone["itemId"] != shown["itemId"]:
                continue
            showing = (shown["zoneId"], shown["itemId"], zone["startedAt"])
            if showing not in self.seen:
                self.seen.add(showing)
                length = datetime.fromisoformat(zone["endsAt"]) - datetime.fromisoformat(zone["startedAt"])
                yield Shown(shown["title"], shown["type"], shown["since"], round(length.total_seconds() * 1000))
