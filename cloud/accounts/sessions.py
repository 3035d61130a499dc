"""Signing in and out: a session row, a token for programs, a cookie for the web UI."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from starlette.responses import JSONResponse, Response

from cloud.accounts import totp
from cloud.accounts.attempting import count_failure, refuse_when_too_many
from cloud.accounts.authentication import check_origin, cookie_name
from cloud.accounts.revoking import look_anew
from cloud.accounts.rules import normal_email
from cloud.accounts.tokens import Claims
from cloud.bodies import Body
from cloud.db import tables
from cloud.db.ids import new_id
from cloud.db.unit import Row, Unit
from cloud.endpoints import Call, Reply
from cloud.problems import Problem
from cloud.services import Cloud
from cloud.wire import instant


class Login(Body, frozen=True):
    email: str
    password: str
    totp: str | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    token: str
    user: dict[str, Any]
    organization: dict[str, Any]
    expires_in: int


async def login(call: Call) -> Response:
    """401 AUTH_001 for an unknown address and a wrong password alike, after the same work; 403 when inactive.

    401 AUTH_001 with details {totpRequired: true} when the password is right and the one-time code is missing or wrong.
    """
    check_foreign_page(call)
    wanted: Login = call.body
    email = normal_email(wanted.email)[:320]
    await call.cloud.read(lambda unit: refuse_when_too_many(unit, email, call.ip))
    user = await call.cloud.read(lambda unit: _by_email(unit, email))
    right = await call.cloud.passwords.matches(user["password_hash"] if user else None, wanted.password)
    if not right or user is None:
        await call.cloud.write(lambda unit: count_failure(unit, email, call.ip))
        raise _wrong_password()
    if not user["is_active"]:
        raise Problem(403, "AUTHZ_005", "This account is not active: ask an admin of your organization.")
    signed_in = await call.cloud.write(lambda unit: _sign_in(call, unit, user, wanted.totp))
    if isinstance(signed_in, Problem):
        raise signed_in
    return response(call, signed_in, status=200)


async def refresh(call: Call) -> Response:
    """A new token for the old one, which ends with it."""

    def work(unit: Unit) -> SignedIn:
        _end(unit, call.user.session_id)
        look_anew(unit, call.user.id)
        call.audit(unit, call.user.id)
        return begin(call.cloud, unit, unit.find(tables.users, call.user.id))

    return response(call, await call.write(work), status=200)


async def logout(call: Call) -> Response:
    def work(unit: Unit) -> None:
        _end(unit, call.user.session_id)
        look_anew(unit, call.user.id)
        call.audit(unit, call.user.id)

    await call.write(work)
    answer = Response(status_code=204)
    secure = call.cloud.config.secure
    answer.delete_cookie(cookie_name(secure=secure), secure=secure, httponly=True, samesite="strict")
    return answer


def me(call: Call, unit: Unit) -> Reply:
    user = unit.find(tables.users, call.user.id)
    return Reply({"user": show_user(user), "organization": show_organization(organization_of(unit))})


def begin(cloud: Cloud, unit: Unit, user: Row) -> SignedIn:
    """A new session of `user`."""
    lifetime = cloud.config.jwt_lifetime
    session_id, expires_at = new_id(), unit.now + lifetime
    unit.insert(tables.sessions, id=session_id, user_id=user["id"], created_at=unit.now, expires_at=expires_at)
    claims = Claims(session_id, user["id"], unit.organization_id, expires_at)
    token = cloud.user_tokens.issue(claims, unit.now)
    organization = show_organization(organization_of(unit))
    return SignedIn(token, show_user(user), organization, int(lifetime.total_seconds()))


def begin_now(cloud: Cloud, unit: Unit, user: Row) -> SignedIn:
    """As `begin`, of somebody who just proved who they are: their last sign-in is now."""
    users = tables.users
    unit.connection.execute(unit.update(users).where(users.c.id == user["id"]).values(last_login_at=unit.now))
    return begin(cloud, unit, {**user, "last_login_at": unit.now})


def response(call: Call, signed_in: SignedIn, *, status: int) -> Response:
    """The token for programs, and the same as an HttpOnly cookie for the web UI."""
    body = {
        "user": signed_in.user,
        "organization": signed_in.organization,
        "token": signed_in.token,
        "expiresIn": signed_in.expires_in,
    }
    answer = JSONResponse(body, status)
    set_cookie(call.cloud, answer, signed_in)
    return answer


def set_cookie(cloud: Cloud, answer: Response, signed_in: SignedIn) -> None:
    secure = cloud.config.secure
    answer.set_cookie(
        cookie_name(secure=secure),
        signed_in.token,
        max_age=signed_in.expires_in,
        secure=secure,
        httponly=True,
        samesite="strict",
    )


def check_foreign_page(call: Call) -> None:
    """A page of another site may not sign somebody in (login CSRF); programs send no Origin."""
    if "origin" in call.request.headers:
        check_origin(call.cloud, call.request)


def show_user(user: Row) -> dict[str, Any]:
    return {
        "id": user["id"],
        "email": user["email"],
        "firstName": user["first_name"],
        "lastName": user["last_name"],
        "role": user["role"],
        "isActive": user["is_active"],
        "totpEnabled": user["totp_enabled_at"] is not None,
        "language": user["language"],
        "lastLoginAt": instant(user["last_login_at"]),
        "createdAt": instant(user["created_at"]),
    }


def show_organization(organization: Row) -> dict[str, Any]:
    return {
        "id": organization["id"],
        "name": organization["name"],
        "slug": organization["slug"],
        "subscriptionTier": organization["tier"],
        "screenQuota": organization["screen_quota"],
        "storageQuota": organization["storage_quota"],
        "trialEndsAt": instant(organization["trial_ends_at"]),
        "updateChannel": organization["update_channel"],
        "updateWindow": {"start": organization["update_window_start"], "end": organization["update_window_end"]},
        "createdAt": instant(organization["created_at"]),
    }


def organization_of(unit: Unit) -> Row:
    row = unit.row(select(tables.organizations).where(tables.organizations.c.id == unit.organization_id))
    assert row is not None
    return row


def _by_email(unit: Unit, email: str) -> Row | None:
    return unit.row(select(tables.users).where(tables.users.c.email == email))


def _sign_in(call: Call, unit: Unit, user: Row, code: str | None) -> SignedIn | Problem:
    """A problem that is returned, not raised, keeps what was counted."""
    own = unit.within(user["organization_id"])
    now = own.get(tables.users, user["id"])
    if now is None or not now["is_active"] or now["password_hash"] != user["password_hash"]:
        return _wrong_password()  # it changed since it was checked
    if now["totp_enabled_at"] is not None and not (code and totp.accept(own, now, code)):
        if code:
            count_failure(own, user["email"], call.ip)
        return _code_needed()
    call.audit(own, user["id"], account=user)
    return begin_now(call.cloud, own, now)


def _wrong_password() -> Problem:
    return Problem(401, "AUTH_001", "The e-mail address or the password is wrong.")


def _code_needed() -> Problem:
    detail = "The code of your authenticator is needed too, and each works once."
    return Problem(401, "AUTH_001", detail, details={"totpRequired": True})


def _end(unit: Unit, session_id: str) -> None:
    sessions = tables.sessions
    unit.connection.execute(update(sessions).where(sessions.c.id == session_id).values(revoked_at=unit.now))
