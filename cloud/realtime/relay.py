"""How what was committed reaches everybody who must act on it: in this process, and in the others of the same cloud."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Protocol

from cloud.db.unit import Told

Listener = Callable[[Told], None]


class Relay(Protocol):
    listeners: list[Listener]
    """Called on the event loop, in the order things were sent."""
    alone: bool
    """Whether there is no process but this one."""

    def send(self, told: Told) -> None:
        """To all listeners of all processes, to those of this one at once. Never waits, never raises for the network:
        what could not be sent is made good by `Told.missed`, and by screens that ask every minute."""

    def running(self) -> AbstractAsyncContextManager[None]: ...


class LocalRelay:
    """There is no other process."""

    alone = True

    def __init__(self) -> None:
        self.listeners: list[Listener] = []

    def send(self, told: Told) -> None:
        for listener in tuple(self.listeners):
            listener(told)

    def running(self) -> AbstractAsyncContextManager[None]:
        return nullcontext()
