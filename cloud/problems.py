"""What the API answers when it says no: RFC 9457 problems with the codes of CONTRACT section 1."""

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import msgspec

from vizora.errors import VizoraError

MEDIA_TYPE = "application/problem+json"
CHALLENGE = {"WWW-Authenticate": "Bearer"}
"""Every 401 has one (RFC 9110 section 15.5.2); this one makes no browser ask for a password."""
MOST_NAMED = 20
"""Fields in the sentence for people; `errors` has more."""
MOST_TOLD = 100
"""Fields in `errors`. Whoever sent more wrong ones mends these first."""


class FieldError(msgspec.Struct, frozen=True):
    field: str
    """A JSON pointer, as in `/items/2/durationMs`; empty for the body as a whole."""
    message: str


class Problem(VizoraError):
    """Raised anywhere below a route; becomes the answer. `detail` is for people, `code` for programs."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        details: Mapping[str, Any] | None = None,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.details = details
        self.errors = tuple(errors[:MOST_TOLD])
        self.headers = {**CHALLENGE, **(headers or {})} if status == 401 else dict(headers or {})
        self.members = members

    def body(self) -> bytes:
        document: dict[str, Any] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
        }
        if self.details is not None:
            document["details"] = self.details
        if self.errors:
            document["errors"] = self.errors
        return msgspec.json.encode(document | self.members)


def not_found() -> Problem:
    """The one answer for what does not exist and for what belongs to someone else: the same bytes."""
    return Problem(404, "NOT_FOUND_001", "There is no such object.")


def content_not_found() -> Problem:
    return Problem(404, "CONTENT_001", "There is no such content.")


def invalid(errors: Sequence[FieldError]) -> Problem:
    """A body or query with wrong fields, all of them named at once, as far as they are not very many."""
    named = ", ".join(error.field or "the body" for error in errors[:MOST_NAMED])
    more = "" if len(errors) <= MOST_NAMED else f" and {min(len(errors), MOST_TOLD) - MOST_NAMED} more"
    more += " at least" if len(errors) > MOST_TOLD else ""
    return Problem(400, "VALIDATION_001", f"Not valid: {named}{more}.", errors=errors)


def refuse(errors: Iterable[FieldError]) -> None:
    """Raises Problem 400 that names every wrong field, when there is one."""
    if found := tuple(errors):
        raise invalid(found)


def invalid_field(field: str, message: str) -> Problem:
    return invalid([FieldError(field, message)])


def signed_out() -> Problem:
    return Problem(401, "AUTH_002", "The token is missing, expired or revoked: sign in again.")


def role_too_low(needed: str) -> Problem:
    return Problem(403, "AUTHZ_001", f"This needs the role {needed}.")


def not_in_person() -> Problem:
    return Problem(403, "AUTHZ_006", "This is for people who signed in themselves, not for an API token.")


def slow_down(seconds: int, what: str = "requests") -> Problem:
    """Too many of `what`. `Retry-After` in seconds (RFC 9110 section 10.2.3)."""
    return Problem(
        429, "RATE_001", f"Too many {what}: try again in {seconds} s.", headers={"Retry-After": str(seconds)}
    )


def conflict(detail: str, **details: Any) -> Problem:
    return Problem(409, "CONFLICT_001", detail, details=details or None)
