"""Which calls are limited, and how: what costs much, what others can be annoyed with, and everything a little.

Guessing is slowed down elsewhere, by what went wrong (`cloud.attempts`); this is about how often, right or wrong.
Screens are not limited where they fetch and report: a crowd of them behind one address is normal.
"""

from math import ceil

from cloud.endpoints import Call
from cloud.limits.rates import Rate
from cloud.principals import Access, User
from cloud.problems import slow_down

PEOPLE = Rate(per_second=100, burst=3000)
"""Whatever a signed-in person calls, in all: a script that runs away."""
DOOR = Rate(per_second=2, burst=60)
"""Calls that nobody has to be signed in for, each counted by IP address."""
LETTERS = Rate(per_second=1 / 3, burst=50)
"""Calls that send mail to others."""
THINKING = Rate(per_second=10, burst=300)
"""Calls that compute for long."""
UPLOADS = Rate(per_second=10, burst=500)
PICTURES = Rate(per_second=1, burst=60)
"""A screen's screenshots, each of which is written to the disk."""

LOGS = Rate(per_second=1 / 10, burst=30)
"""A screen's reports of log lines, up to 500 each."""

PART = "vizora.part"
"""In the scope of what a page asks beyond its first question: a page is one call, whatever it is made of."""
CLASSES: dict[str, Rate] = {
    "POST /api/auth/register": DOOR,
    "POST /api/auth/login": DOOR,
    "POST /api/auth/password-reset": DOOR,
    "POST /api/auth/password-reset/confirm": DOOR,
    "POST /api/auth/invitation": DOOR,
    "POST /api/auth/oidc": DOOR,
    "POST /api/users/invitations": LETTERS,
    "POST /api/schedules/preview": THINKING,
    "GET /api/devices/{id}/timeline": THINKING,
    "GET /api/devices/{id}/explain": THINKING,
    "GET /api/watch": THINKING,
    "GET /api/content/{id}/pages/{number}": THINKING,
    "POST /api/content": UPLOADS,
    "PUT /api/content/{id}/file": UPLOADS,
    "POST /api/uploads": UPLOADS,
    "POST /api/device/screenshot": PICTURES,
    "POST /api/device/logs": LOGS,
}


async def check(call: Call) -> None:
    """Raises Problem 429 RATE_001 with `Retry-After` when this caller calls too often."""
    name = f"{call.endpoint.method} {call.endpoint.path}"
    limits = [(name, CLASSES[name])] if name in CLASSES else []
    if call.endpoint.access not in (Access.PUBLIC, Access.DEVICE) and not call.request.scope.get(PART):
        limits.append(("people", PEOPLE))
    for kind, rate in limits:
        wait = await call.cloud.rates.wait(f"{kind} {_caller(call)}", rate, call.cloud.clock.monotonic())
        if wait > 0:
            raise slow_down(ceil(wait))


def _caller(call: Call) -> str:
    """A program that runs away does not keep its person from calling."""
    if isinstance(call.principal, User) and call.principal.api_token_id is not None:
        return call.principal.api_token_id
    return call.network if call.principal is None else call.principal.id
