"""Which screens are online: computed from connections and their last beat, never stored as a status.

A connection counts by its own id, so the late end of an old socket never takes a new one away.
"""

from vizora.identifiers import DeviceId

SILENCE_S = 45.0
"""Three heartbeats. A screen is offline at the latest 60 s after its last one (CONTRACT section 4)."""


class Presence:
    """All instants are monotonic seconds, given by the caller. Other threads may ask `is_online`, nothing else."""

    def __init__(self) -> None:
        self._beats: dict[DeviceId, dict[str, float]] = {}

    def beat(self, device_id: DeviceId, connection_id: str, at: float) -> bool:
        """A connection was made or spoke. True when the screen was offline until now."""
        was = self.is_online(device_id, at)
        self._beats.setdefault(device_id, {})[connection_id] = at
        return not was

    def gone(self, device_id: DeviceId, connection_id: str, at: float) -> bool:
        """A connection ended. True when the screen is offline now and was online before."""
        was = self.is_online(device_id, at)
        beats = self._beats.get(device_id, {})
        beats.pop(connection_id, None)
        if not beats:
            self._beats.pop(device_id, None)
        return was and not self.is_online(device_id, at)

    def is_online(self, device_id: DeviceId, at: float) -> bool:
        return any(at - beat < SILENCE_S for beat in tuple(self._beats.get(device_id, {}).values()))

    def silent(self, at: float) -> list[tuple[DeviceId, str]]:
        """Connections that said nothing for too long; whoever asks ends them with `gone`."""
        return [
            (device_id, connection_id)
            for device_id, beats in self._beats.items()
            for connection_id, beat in beats.items()
            if at - beat >= SILENCE_S
        ]
