"""From a request to a handler and back: who asks, may they, is the body right, do it once, write it down."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cloud.accounts.authentication import device_of, user_of
from cloud.bodies import decode, json_body
from cloud.db import tables
from cloud.db.unit import Unit
from cloud.db.upsert import insert_new
from cloud.endpoints import Call, Endpoint, Reply
from cloud.limits import classes
from cloud.principals import Access, Principal, Role
from cloud.problems import Problem, invalid_field, not_found, not_in_person, role_too_low
from cloud.requests import ROUTE
from cloud.services import Cloud
from cloud.things import names_of


def routes(endpoints: Sequence[Endpoint]) -> list[Route]:
    """One Starlette route a path, whatever its methods; plain paths before those with parameters."""
    ordered = sorted(endpoints, key=lambda endpoint: ("{" in endpoint.path, endpoint.path))
    return [_route(path, list(group)) for path, group in groupby(ordered, key=lambda endpoint: endpoint.path)]


def _route(path: str, endpoints: Sequence[Endpoint]) -> Route:
    by_method = {endpoint.method: endpoint for endpoint in endpoints}

    async def answer(request: Request) -> Response:
        endpoint = by_method.get(request.method) or by_method["GET"]  # HEAD is GET where it is nothing of its own
        return await _answer(endpoint, request)

    return Route(path, answer, methods=list(by_method))


async def _answer(endpoint: Endpoint, request: Request) -> Response:
    cloud: Cloud = request.app.state.cloud
    request.scope[ROUTE] = endpoint.path
    call = Call(cloud, endpoint, request, await _principal(endpoint, cloud, request))
    _refuse_nul(request)
    await classes.check(call)
    if endpoint.body is not None:
        call.raw = await json_body(request)
        call.body = decode(call.raw, endpoint.body)
    if endpoint.streams:
        response: Response = await endpoint.handler(call)
        return response
    reply = await (call.write(lambda unit: once(call, unit)) if endpoint.writes else call.read(partial(_do, call)))
    return reply.response()


def _refuse_nul(request: Request) -> None:
    """No database but SQLite knows the character: nothing has it in its id."""
    if any("\0" in str(value) for value in request.path_params.values()):
        raise not_found()
    for name, value in request.query_params.multi_items():
        if "\0" in value:
            raise invalid_field(name, "must not have the character U+0000")


async def _principal(endpoint: Endpoint, cloud: Cloud, request: Request) -> Principal | None:
    if endpoint.access is Access.PUBLIC:
        return None
    if endpoint.access is Access.DEVICE:
        return await device_of(cloud, request)
    user = await user_of(cloud, request)
    if user.role.rank < Role(endpoint.access).rank:
        raise role_too_low(endpoint.access)
    if endpoint.in_person and user.api_token_id is not None:
        raise not_in_person()
    return user


def once(call: Call, unit: Unit) -> Reply:
    """Runs a changing handler; with an Idempotency-Key a repetition gets the first answer and changes nothing."""
    key = call.request.headers.get("idempotency-key") if call.endpoint.idempotent and call.principal else None
    if key is None:
        return _do(call, unit)
    if not 1 <= len(key) <= 200:
        raise invalid_field("Idempotency-Key", "must have 1 to 200 characters")
    keys = tables.idempotency_keys
    digest = hashlib.sha256(f"{call.request.method} {call.request.url.path}\n".encode() + call.raw).hexdigest()
    ours = (keys.c.user_id == call.user.id, keys.c.key == key)
    row = {"user_id": call.user.id, "key": key, "request": digest, "status": 0, "body": b"", "created_at": unit.now}
    if insert_new(unit, keys, [row]):  # waits for whoever is at it with the same key
        reply = _do(call, unit)
        if reply.failed:  # nothing was done that a repetition could do twice
            unit.connection.execute(unit.delete(keys).where(*ours))
            return reply
        values = {"status": reply.status, "body": reply.content, "etag": reply.headers.get("ETag")}
        unit.connection.execute(unit.update(keys).where(*ours).values(**values))
        return reply
    earlier = unit.row(unit.select(keys).where(*ours))
    assert earlier is not None
    if earlier["request"] != digest:
        raise Problem(422, "IDEMPOTENCY_001", "This Idempotency-Key was used for another request: take a new one.")
    reply = Reply(status=earlier["status"], headers={"Idempotency-Replayed": "true"})
    reply.content = earlier["body"]
    if earlier["etag"]:
        reply.headers["ETag"] = earlier["etag"]
    return reply


async def write_once(call: Call, request: bytes, work: Callable[[Call, Unit], Reply]) -> Reply:
    """For handlers that stream: `work` as any creating POST, in one transaction, audited, with an Idempotency-Key done
    once. `request` is what makes two requests the same."""
    endpoint = replace(call.endpoint, handler=work, idempotent=True)
    sub = Call(call.cloud, endpoint, call.request, call.principal, raw=hashlib.sha256(request).digest())
    return await call.write(lambda unit: once(sub, unit))


def _do(call: Call, unit: Unit) -> Reply:
    endpoint = call.endpoint
    before = names_of(unit, endpoint.kind, [call.named]) if endpoint.method == "DELETE" else {}
    reply: Reply = endpoint.handler(call, unit)
    if endpoint.writes and call.principal is not None and not reply.failed:
        subjects = [subject or call.named for subject in reply.subjects]
        names = before | names_of(unit, endpoint.kind, subjects)
        for subject in subjects:
            call.audit(unit, subject, name=names.get(subject or ""))
    return reply
