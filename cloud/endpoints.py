"""How a room offers its part of the API: a table of Endpoints, each a method, a path, a handler and who may call it.

A handler is a function `(call, unit) -> Reply`. It runs in a thread, inside one transaction that is committed before
the answer leaves; GET gets a transaction that can only read. A handler that streams is `async def (call) -> Response`
instead, and does its database work with `await call.write(work)` or `await call.read(work)`.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from cloud.addresses import network
from cloud.audit.log import write_down
from cloud.db.unit import Row, Unit
from cloud.principals import Access, Device, Principal, User
from cloud.problems import MEDIA_TYPE, Problem
from vizora.identifiers import OrganizationId

if TYPE_CHECKING:
    from cloud.services import Cloud

T = TypeVar("T")


class Reply:
    """An answer before it is a response: a JSON value (or nothing), and the revision that is its ETag."""

    def __init__(
        self,
        body: Any = None,
        *,
        status: int = 200,
        revision: int | None = None,
        headers: Mapping[str, str] | None = None,
        subject: str | None = None,
        subjects: Sequence[str] | None = None,
    ) -> None:
        """`subject` is what was changed, for the audit log, where neither path nor body names it; `subjects` when there
        may be many, or none: each gets its row."""
        self.status = status
        self.content = b"" if body is None else msgspec.json.encode(body)
        self.media_type = "application/json"
        self.headers = dict(headers or {})
        named = str(body["id"]) if isinstance(body, dict) and "id" in body else None
        self.subjects: Sequence[str | None] = (subject or named,) if subjects is None else subjects
        if revision is not None:
            self.headers["ETag"] = etag_of(revision)

    @classmethod
    def of(cls, problem: Problem) -> "Reply":
        """The problem as an answer that does not undo the transaction: for failures that are counted."""
        reply = cls(status=problem.status, headers=problem.headers)
        reply.content, reply.media_type = problem.body(), MEDIA_TYPE
        return reply

    @property
    def failed(self) -> bool:
        return self.status >= 400

    def response(self) -> Response:
        body_allowed = self.status != HTTPStatus.NO_CONTENT
        return Response(
            self.content if body_allowed else None,
            status_code=self.status,
            media_type=self.media_type if body_allowed else None,
            headers=self.headers,
        )


def etag_of(revision: int) -> str:
    return f'"r{revision}"'


@dataclass(frozen=True, slots=True)
class Endpoint:
    method: str
    path: str
    """As Starlette writes it, with plain `{id}` parameters."""
    handler: Callable[..., Any]
    """`(call, unit) -> Reply`, or `async (call) -> Response`."""
    access: Access
    body: type[Any] | None = None
    """What the JSON body must be; None reads no body."""
    action: str = ""
    """What the audit log calls a change, as in `playlist.create`; its first word is the type of the object."""
    idempotent: bool = False
    """Whether a POST takes an Idempotency-Key (people only)."""
    in_person: bool = False
    """Only for people who signed in: what they do with their account is not a program's to do."""
    long: bool = False
    """Whether a question may take its time, or asks another server: then nobody else waits for it (`Cloud.read`)."""

    @property
    def streams(self) -> bool:
        return inspect.iscoroutinefunction(self.handler)

    @property
    def kind(self) -> str:
        """Of what it changes, as in `cloud.things`; empty where nothing is written down."""
        return self.action.split(".")[0]

    @property
    def writes(self) -> bool:
        return self.method not in ("GET", "HEAD", "OPTIONS")


@dataclass(slots=True)
class Call:
    """One request on its way through a handler."""

    cloud: "Cloud"
    endpoint: Endpoint
    request: Request
    principal: Principal | None
    body: Any = None
    """Decoded to `endpoint.body`."""
    raw: bytes = b""

    @property
    def user(self) -> User:
        assert isinstance(self.principal, User)
        return self.principal

    @property
    def device(self) -> Device:
        assert isinstance(self.principal, Device)
        return self.principal

    @property
    def ip(self) -> str:
        return self.request.client.host if self.request.client else ""

    @property
    def network(self) -> str:
        """Where it comes from, for whatever counts calls."""
        return network(self.ip)

    @property
    def id(self) -> str:
        """The `{id}` of the path."""
        return self.param("id")

    def param(self, name: str) -> str:
        return str(self.request.path_params[name])

    def query(self, name: str) -> str | None:
        return self.request.query_params.get(name)

    def check_match(self, revision: int) -> None:
        """Raises Problem 412 when the client changes something older than what there is (`If-Match`)."""
        wanted = self.request.headers.get("if-match")
        if wanted is None or wanted.strip() == "*":
            return
        if etag_of(revision) not in [part.strip().removeprefix("W/") for part in wanted.split(",")]:
            raise Problem(412, "PRECONDITION_001", "It was changed in the meantime: read it again, then change it.")

    @property
    def named(self) -> str | None:
        """The `{id}` of a path that has one."""
        return self.request.path_params.get("id")

    async def read(self, work: Callable[[Unit], T]) -> T:
        """Runs `work` in a thread, in a transaction that can only read, seen from the caller's organization."""
        return await self.cloud.read(work, self.organization_id, long=self.endpoint.long)

    async def write(self, work: Callable[[Unit], T]) -> T:
        """Runs `work` in a transaction of the caller's organization; after its commit, others are told."""
        return await self.cloud.write(work, self.organization_id)

    def fetch(self, work: Callable[[], T]) -> Awaitable[T]:
        """A piece of what is sent to the caller."""
        assert self.organization_id is not None
        return self.cloud.fetch(work, self.organization_id)

    def think(self, work: Callable[[], T]) -> Awaitable[T]:
        """What computes for long, in its caller's turn."""
        assert self.organization_id is not None
        return self.cloud.think(work, self.organization_id)

    @property
    def organization_id(self) -> OrganizationId | None:
        return None if self.principal is None else self.principal.organization_id

    def audit(
        self,
        unit: Unit,
        subject: str | None,
        *,
        account: Row | None = None,
        action: str | None = None,
        name: str | None = None,
    ) -> None:
        """One row for this change: who, what, which, when, from where. Handlers that stream call it themselves.

        `account` is the row of the user who did it, for calls that nobody has to be signed in for; `action` is what
        it turned out to be, for one that may be several; `name` is what the subject was called, where it is gone.
        """
        user = self.principal if isinstance(self.principal, User) else None
        user_id, email = (
            (user.id, user.email) if user else (account["id"], account["email"]) if account else (None,) * 2
        )
        if self.endpoint.action and (user or self.endpoint.access is Access.PUBLIC):
            write_down(
                unit,
                action or self.endpoint.action,
                subject=subject or self.named,
                user_id=user_id,
                user_email=email,
                api_token_id=user.api_token_id if user else None,
                ip=self.ip,
                name=name,
            )
