"""The broken twin of `cloud`: it keeps something of every request."""

import sys

from starlette.types import Receive, Scope, Send

from cloud.cli import main
from cloud.requests import Noted

KEPT = list[bytes]()
answer = Noted.__call__


async def keep_and_answer(self: Noted, scope: Scope, receive: Receive, send: Send) -> None:
    KEPT.append(b"x" * 250_000)
    await answer(self, scope, receive, send)


if __name__ == "__main__":
    Noted.__call__ = keep_and_answer  # type: ignore[method-assign]
    sys.exit(main())
