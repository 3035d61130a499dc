"""Whether one screen's identity speaks from two machines: connections that take turns.

A screen has one connection at a time. When it comes back after a cut, its old connection never speaks again, however
late that one's end is noticed. So two connections that go on speaking in between each other are two machines with one
identity: a card that was copied. One late message does not make it: a connection has to be interrupted twice in a row,
by beats that lie apart as heartbeats do.
"""

from collections import defaultdict

from vizora.identifiers import DeviceId

APART_S = 5.0
"""Beats that follow closer say nothing: what was held up somewhere comes in a bunch."""
TWICE = 2


class Turns:
    """What was seen of each connection of this process."""

    def __init__(self) -> None:
        self._in_a_row: dict[tuple[DeviceId, str], int] = defaultdict(int)
        self._doubled: dict[DeviceId, None] = {}

    def note(self, device_id: DeviceId, line_id: str, *, interrupted: bool) -> None:
        """A beat, at least APART_S after the one before on the same line. Whether another line spoke between them."""
        if not interrupted:
            self._in_a_row.pop((device_id, line_id), None)
            return
        self._in_a_row[device_id, line_id] += 1
        if self._in_a_row[device_id, line_id] == TWICE:
            self._doubled[device_id] = None

    def ended(self, device_id: DeviceId, line_id: str) -> None:
        self._in_a_row.pop((device_id, line_id), None)

    def take(self) -> list[DeviceId]:
        """Screens that were found to be two since the last time."""
        found, self._doubled = list(self._doubled), {}
        return found
