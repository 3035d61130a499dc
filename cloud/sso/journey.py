"""A browser's way to the provider and back. It may end one way only: once, in time, in the browser it began in.

What proves that lies in the database, not in the cookie: a state that was used or is too old is gone for every process.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

import msgspec
from sqlalchemy import delete, insert, select
from starlette.requests import HTTPConnection
from starlette.responses import Response

from cloud.accounts.tokens import fingerprint
from cloud.db import tables
from cloud.db.unit import Unit

LIFETIME = timedelta(minutes=10)
OWN_PATH = re.compile(r"/(?![/\\])[^\s\\\x00-\x1f\x7f]{0,1999}")
HOME = "/screens"


class SignIn(msgspec.Struct, frozen=True, tag="sign-in"):
    pass


class Join(msgspec.Struct, frozen=True, tag="join"):
    """Taking up an invitation."""

    token_hash: str


class Found(msgspec.Struct, frozen=True, tag="found"):
    """Making an organization; that it is allowed was checked when the journey began."""

    organization_name: str


class Link(msgspec.Struct, frozen=True, tag="link"):
    """Somebody who is signed in, and gave their password, wants to come this way from now on."""

    user_id: str
    organization_id: str


Purpose = SignIn | Join | Found | Link


class Plan(msgspec.Struct, frozen=True):
    purpose: Purpose
    next: str = HOME


@dataclass(frozen=True, slots=True)
class Departure:
    state: str
    nonce: str
    verifier: str
    browser: str
    """What the browser keeps in its cookie."""


def depart() -> Departure:
    """256 random bits each; the verifier has 86 characters (RFC 7636 section 4.1 wants 43 to 128)."""
    return Departure(*(secrets.token_urlsafe(size) for size in (32, 32, 64, 32)))


def remember(unit: Unit, departure: Departure, plan: Plan) -> None:
    unit.connection.execute(
        insert(tables.sign_ons).values(
            state_hash=fingerprint(departure.state),
            browser_hash=fingerprint(departure.browser),
            nonce=departure.nonce,
            verifier=departure.verifier,
            purpose=msgspec.to_builtins(plan),
            expires_at=unit.now + LIFETIME,
        )
    )


@dataclass(frozen=True, slots=True)
class Arrival:
    nonce: str
    verifier: str
    plan: Plan


def arrive(unit: Unit, state: str, browser: str | None) -> Arrival | None:
    """The journey that this state belongs to, ended with that. None when it is another browser's, used, or too old."""
    sign_ons = tables.sign_ons
    this = (
        sign_ons.c.state_hash == fingerprint(state),
        sign_ons.c.browser_hash == fingerprint(browser or ""),
        sign_ons.c.expires_at > unit.now,
    )
    row = unit.row(select(sign_ons).where(*this))
    if row is None or unit.connection.execute(delete(sign_ons).where(*this)).rowcount != 1:
        return None
    return Arrival(row["nonce"], row["verifier"], msgspec.convert(row["purpose"], Plan))


def own_path(text: str | None) -> str:
    """A path on this very server, with query and fragment; never somebody else's page."""
    return text if text is not None and OWN_PATH.fullmatch(text) else HOME


def cookie_name(*, secure: bool) -> str:
    return "__Host-vizora-sign-on" if secure else "vizora-sign-on"


def set_cookie(answer: Response, departure: Departure, *, secure: bool) -> None:
    """`lax`, for it has to come along when the provider sends the browser back; the session's own is `strict`."""
    answer.set_cookie(
        cookie_name(secure=secure),
        departure.browser,
        max_age=int(LIFETIME.total_seconds()),
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def cookie_of(connection: HTTPConnection, *, secure: bool) -> str | None:
    return connection.cookies.get(cookie_name(secure=secure))


def forget_cookie(answer: Response, *, secure: bool) -> None:
    answer.delete_cookie(cookie_name(secure=secure), secure=secure, httponly=True, samesite="lax")
