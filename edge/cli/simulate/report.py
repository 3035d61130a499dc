"""What the fleet tells: sentences for a person, or one JSON object a line for a program."""

import sys
from dataclasses import dataclass, field
from typing import Any, TextIO

import msgspec

from edge.cli.simulate.screen import Shown


@dataclass(frozen=True, slots=True)
class Result:
    devices: int
    paired: int
    in_touch: int
    """With the cloud, when the time was over."""
    shown: int
    """Items that came on."""
    plays_waiting: int
    """Not delivered."""

    @property
    def is_well(self) -> bool:
        return self.devices == self.paired == self.in_touch and self.plays_waiting == 0


@dataclass(slots=True)
class Report:
    json: bool
    out: TextIO = field(default_factory=lambda: sys.stdout)

    def code(self, device: int, code: str, uri: str, uri_complete: str) -> None:
        self._say(
            f"  {device}: waits to be added with the code {code} at {uri}",
            event="code",
            device=device,
            code=code,
            verificationUri=uri,
            verificationUriComplete=uri_complete,
        )

    def confirmation(self, device: int, number: str) -> None:
        self._say(f"  {device}: shows the number {number}", event="confirmation", device=device, confirmation=number)

    def paired(self, device: int, organization: str) -> None:
        self._say(
            f"  {device}: belongs to {organization}", event="paired", device=device, organizationName=organization
        )

    def manifest(self, device: int, version: int) -> None:
        self._say(f"  {device}: has programme {version}", event="manifest", device=device, version=version)

    def shown(self, device: int, item: Shown) -> None:
        self._say(
            f"  {device}: ▶ {item.title}  ({item.type}, {item.duration_ms / 1000:g} s)",
            event="shown",
            device=device,
            title=item.title,
            type=item.type,
            startedAt=item.started_at,
            durationMs=item.duration_ms,
        )

    def problem(self, device: int, code: str, sentence: str) -> None:
        self._say(f"  {device}: ✗ {sentence} ({code})", event="problem", device=device, code=code, sentence=sentence)

    def end(self, result: Result) -> None:
        self._say(
            f"  ended: {result.paired} of {result.devices} screens paired, {result.in_touch} in touch with the cloud; "
            f"{result.shown} items shown, {result.plays_waiting} plays not delivered",
            event="end",
            devices=result.devices,
            paired=result.paired,
            inTouch=result.in_touch,
            shown=result.shown,
            playsWaiting=result.plays_waiting,
        )

    def _say(self, told: str, **fields: Any) -> None:
        self.out.write((msgspec.json.encode(fields).decode() if self.json else told) + "\n")
        self.out.flush()
