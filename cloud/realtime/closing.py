"""How lines end: the WebSocket close codes (RFC 6455's registry, section 7.4)."""

from typing import Any

from cloud.realtime.hub import GOING, Line

PATIENCE_S = 20.0
"""How long what was sent may wait for a slow network to take it."""
UNAUTHORIZED, TOO_MUCH, RESTART = 4401, 4400, 1012
"""The token is no longer good; not a message of ours; come back."""
BUSY = "the server has too much to do"
CODES = {"revoked": UNAUTHORIZED, GOING: RESTART, BUSY: RESTART}


def closing(line: Line) -> dict[str, Any]:
    """The ASGI message that ends the socket of a line that was closed."""
    return {"type": "websocket.close", "code": CODES.get(line.reason, TOO_MUCH), "reason": line.reason}
