"""A queue of one reader. There are ten thousand of them, and an `asyncio.Queue` takes three kilobytes when empty."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """Its methods are `asyncio.Queue`'s, as far as there are any. Belongs to the event loop."""

    __slots__ = ("_messages", "_news")

    def __init__(self) -> None:
        self._messages: list[T] = []
        self._news: Callable[[], None] | None = None

    def put_nowait(self, message: T) -> None:
        self._messages.append(message)
        news, self._news = self._news, None
        if news is not None:
            news()

    def __len__(self) -> int:
        return len(self._messages)

    def first(self) -> T:
        """The oldest message, which stays. Raises IndexError when there is none."""
        return self._messages[0]

    def get_nowait(self) -> T:
        """The oldest message. Raises IndexError when there is none."""
        return self._messages.pop(0)

    async def get(self) -> T:
        while not self._messages:
            news = asyncio.get_running_loop().create_future()
            self.on_news(partial(_wake, news))
            await news
        return self.get_nowait()

    @property
    def awaited(self) -> bool:
        """Whether its reader has read everything and waits."""
        return self._news is not None

    def empty(self) -> bool:
        return not self._messages

    def on_news(self, call: Callable[[], None]) -> None:
        """Calls it once: when the next message comes, or now when one is there."""
        if self._messages:
            call()
        else:
            self._news = call


def _wake(news: "asyncio.Future[None]") -> None:
    if not news.done():
        news.set_result(None)
