"""The start of a sign-in by the provider, and the end of one: what pages and programs ask for as JSON."""

from typing import Any

from starlette.responses import Response

from cloud.accounts import invitations, registration, sessions
from cloud.accounts.authenticator import checked
from cloud.accounts.rules import name_faults
from cloud.accounts.tokens import fingerprint
from cloud.bodies import Body
from cloud.db import tables
from cloud.db.unit import Row, Unit
from cloud.endpoints import Call, Reply
from cloud.problems import invalid_field, not_found, refuse
from cloud.services import Cloud
from cloud.sso import journey
from cloud.sso.journey import Found, Join, Link, Plan, Purpose, SignIn
from cloud.sso.sign_on import depart
from cloud.wire import instant


class Beginning(Body, frozen=True):
    """With nothing of it: signing in."""

    next: str | None = None
    invitation: str | None = None
    """The token of an invitation's link."""
    organization_name: str | None = None
    """Of an organization to be made."""
    setup_token: str | None = None


async def begin(call: Call) -> Response:
    """{location}: where to send this browser, which has a cookie for the way back. 503 when the provider is away."""
    sessions.check_foreign_page(call)
    wanted: Beginning = call.body
    plan = Plan(await _purpose(call.cloud, wanted), journey.own_path(wanted.next))
    return await _answer(call.cloud, plan)


async def link(call: Call) -> Response:
    """As `begin`, so that the provider may open the account that is signed in. The password is asked for."""
    await checked(call)
    return await _answer(call.cloud, Plan(Link(call.user.id, call.user.organization_id)))


def listing(call: Call, unit: Unit) -> Reply:
    """Which accounts elsewhere open one's own."""
    identities = tables.identities
    rows = unit.rows(unit.select(identities).where(identities.c.user_id == call.user.id))
    return Reply({"items": [_show(row) for row in rows], "nextCursor": None})


def unlink(call: Call, unit: Unit) -> Reply:
    identities = tables.identities
    own = unit.delete(identities).where(identities.c.user_id == call.user.id, identities.c.id == call.id)
    if unit.connection.execute(own).rowcount != 1:
        raise not_found()
    return Reply(status=204, subject=call.user.id)


async def _answer(cloud: Cloud, plan: Plan) -> Response:
    location, departure = await depart(cloud, plan)
    answer = Reply({"location": location}).response()
    journey.set_cookie(answer, departure, secure=cloud.config.secure)
    return answer


async def _purpose(cloud: Cloud, wanted: Beginning) -> Purpose:
    if wanted.invitation is not None:
        token_hash = fingerprint(wanted.invitation)
        if await cloud.read(lambda unit: invitations.live(unit, token_hash)) is None:
            raise invalid_field("/invitation", "is wrong, was used, or has expired: ask for a new invitation")
        return Join(token_hash)
    if wanted.organization_name is not None:
        refuse(name_faults(wanted.organization_name, "/organizationName", 200))
        await registration.check_allowed(cloud, wanted.setup_token)
        return Found(wanted.organization_name)
    return SignIn()


def _show(row: Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "issuer": row["issuer"],
        "email": row["email"],
        "createdAt": instant(row["created_at"]),
    }
