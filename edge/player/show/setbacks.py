"""Which content can't be shown right now, and why. Decided from reported failures and the time given; no I/O.

After its first failure an item is tried again at once: a child that was killed is back before anybody sees more than a
hitch. After further ones it waits 0.5, 2, 8 and 30 seconds. What fails three times within ten minutes is
put aside until its file or the manifest changes. What was only late, or comes over a network, is never put aside:
nothing tells when machine or network are well again, so it sits out for a while each time and is tried again.
"""

from datetime import datetime

from vizora.identifiers import ContentId

BACK_OFF = (0.0, 0.5, 2.0, 8.0, 30.0)
STRIKES = 3
WINDOW = 600.0
"""Seconds after which a failure is forgotten."""


class Setbacks:
    def __init__(self, back_off: tuple[float, ...] = BACK_OFF) -> None:
        self._back_off = back_off
        self._failures: dict[ContentId, list[float]] = {}
        self._reasons: dict[ContentId, str] = {}
        self._aside: set[ContentId] = set()
        self._out_until: dict[ContentId, datetime] = {}

    def failed(self, content: ContentId, reason: str, mono: float, again_at: datetime | None = None) -> None:
        """Notes a failure at `mono` (monotonic seconds). `again_at`: when it is tried again, if it ever is."""
        recent = [at for at in self._failures.get(content, []) if mono - at < WINDOW]
        self._failures[content] = [*recent, mono]
        self._reasons[content] = reason
        if len(self._failures[content]) < STRIKES:
            return
        if again_at is None:
            self._aside.add(content)
        else:
            self._out_until[content] = again_at

    def times(self, content: ContentId, mono: float) -> int:
        """How often it failed lately."""
        return sum(mono - at < WINDOW for at in self._failures.get(content, ()))

    def may_try(self, content: ContentId, mono: float) -> bool:
        failures = self._failures.get(content)
        if not failures:
            return True
        return mono - failures[-1] >= self._back_off[min(len(failures), len(self._back_off)) - 1]

    def sit_out(self, content: ContentId, until: datetime, reason: str) -> None:
        """Leaves it out until `until`, so that something else is shown in its place."""
        self._out_until[content] = max(until, self._out_until.get(content, until))
        self._reasons.setdefault(content, reason)

    def clock_was_set(self) -> None:
        """Until when something sits out was said by a clock that was wrong."""
        self._out_until.clear()

    def unplayable(self, at: datetime) -> dict[ContentId, str]:
        """What is left out at `at`, each with its reason."""
        self._out_until = {content: until for content, until in self._out_until.items() if at < until}
        left_out = self._aside | self._out_until.keys()
        return {content: self._reasons[content] for content in sorted(left_out)}

    def forget(self, contents: set[ContentId]) -> None:
        """Their files have changed: they start afresh."""
        for content in contents:
            self._failures.pop(content, None)
            self._reasons.pop(content, None)
            self._out_until.pop(content, None)
            self._aside.discard(content)

    def forget_all(self) -> None:
        self.forget(set(self._reasons))
