"""Enrolment tokens: a fleet's screens add themselves, each by the same token on its boot partition (zero taps).

A token has a count and an end, and lies in the database as SHA-256 only. A device that redeems it again gets the screen
it had, not a second one; a screen that somebody removed or revoked does not come back by itself.
"""

import secrets
from typing import Any

from sqlalchemy import select, update

from cloud.accounts.rules import name_faults
from cloud.accounts.tokens import fingerprint
from cloud.bodies import Body
from cloud.db import tables
from cloud.db.unit import Row, Unit
from cloud.endpoints import Call, Reply
from cloud.lists import page
from cloud.problems import FieldError, Problem, invalid
from cloud.screens.enlisting import Hardware, Wishes, enlist, take_back
from cloud.screens.setup_text import render
from cloud.tags import replace_tags, tidied, wrong_tags
from cloud.wire import instant
from vizora.manifest.model import Instant
from vizora.schedule.zones import zone_names

PREFIX = "vze_"
MOST_USES = 10_000
NOBODYS = ""
"""In the place of a screen's id."""


class NewEnrolmentToken(Body, frozen=True):
    expires_at: Instant
    count: int | None = None
    """How many screens it may add."""
    max_uses: int | None = None
    """What `count` was called before (ADR 42)."""
    name: str = "Screen"
    """What the screens are called, with a number."""
    tags: tuple[str, ...] = ()
    location: str = ""
    timezone: str = "UTC"


def listing(call: Call, unit: Unit) -> Reply:
    tokens = tables.enrolment_tokens
    return Reply(page(call, unit, unit.select(tokens), tokens, lambda rows: [_show(row, unit) for row in rows]))


def create(call: Call, unit: Unit) -> Reply:
    """201 with the token and the file it goes into, which are shown this once."""
    wanted: NewEnrolmentToken = call.body
    count = _check(unit, wanted)
    token, tokens = PREFIX + secrets.token_urlsafe(32), tables.enrolment_tokens
    id_ = unit.create(
        tokens,
        name=wanted.name.strip(),
        token_hash=fingerprint(token),
        max_uses=count,
        uses=0,
        tags=tidied(wanted.tags),
        location=wanted.location,
        time_zone=wanted.timezone,
        user_id=call.user.id,
        expires_at=wanted.expires_at,
    )
    setup_file = render(call.cloud.config.public_url, token, None)
    return Reply({**_show(unit.find(tokens, id_), unit), "token": token, "setupFile": setup_file}, status=201)


def revoke(call: Call, unit: Unit) -> Reply:
    """No screen is added by it any more; those it added stay."""
    token = unit.find(tables.enrolment_tokens, call.id)
    if token["revoked_at"] is None:
        unit.change(tables.enrolment_tokens, call.id, revoked_at=unit.now)
    return Reply(status=204)


def live(unit: Unit, token: str) -> Row | None:
    """The row of a token that was not revoked and is in time, of whatever organization."""
    tokens = tables.enrolment_tokens
    return unit.row(
        select(tokens).where(
            tokens.c.token_hash == fingerprint(token), tokens.c.revoked_at.is_(None), tokens.c.expires_at > unit.now
        )
    )


def enrol(unit: Unit, token: Row, hardware: Hardware) -> str | None:
    """The id of this device's screen, in the token's organization; None when the token does not lead there (any more).

    Raises Problem 403 DEVICE_003, 409 DEVICE_002; then nothing is counted.
    """
    unit.organization(held=True)  # a device that sends twice at once is one device
    enrolments = tables.enrolments
    this = (enrolments.c.token_id == token["id"], enrolments.c.public_key == hardware.public_key)
    before = unit.row(unit.select(enrolments).where(*this))
    if before is not None:
        return _again(unit, hardware, before)
    number = _count(unit, token)
    if number is None:
        return None
    wishes = Wishes(f"{token['name']} {number}", token["location"], token["time_zone"])
    device_id = enlist(unit, hardware, wishes)
    replace_tags(unit, tables.device_tags, device_id, token["tags"])
    unit.insert(
        enrolments, token_id=token["id"], public_key=hardware.public_key, device_id=device_id, created_at=unit.now
    )
    return device_id


def forget(unit: Unit, device_id: str) -> None:
    """The device that this screen was does not come back to it by the token that it has: it may have been stolen, and
    its card with it. The row stays, so it does not become another screen with that key either."""
    enrolments = tables.enrolments
    unit.connection.execute(
        unit.update(enrolments).where(enrolments.c.device_id == device_id).values(device_id=NOBODYS)
    )


def _again(unit: Unit, hardware: Hardware, before: Row) -> str | None:
    """The same machine, say after its card was written anew. Its name alone is no proof, nor is its key."""
    device = unit.get(tables.devices, before["device_id"])
    if device is None or device["public_key"] != hardware.public_key:
        return None
    if device["device_identifier"] != hardware.device_identifier:
        return None
    return take_back(unit, hardware, device["id"])


def _count(unit: Unit, token: Row) -> int | None:
    """Which use this is; None when all are used up. The database decides, however many redeem at once."""
    tokens = tables.enrolment_tokens
    this = (tokens.c.id == token["id"], tokens.c.uses < tokens.c.max_uses, tokens.c.revoked_at.is_(None))
    counted = update(tokens).where(*this).values(uses=tokens.c.uses + 1).returning(tokens.c.uses)
    number: int | None = unit.connection.scalar(counted)
    return number


def _check(unit: Unit, wanted: NewEnrolmentToken) -> int:
    """How many screens it may add. Raises Problem 400."""
    errors = [*name_faults(wanted.name, "/name"), *wrong_tags(wanted.tags)]
    field, count = ("/count", wanted.count) if wanted.max_uses is None else ("/maxUses", wanted.max_uses)
    if count is None or not 1 <= count <= MOST_USES:
        errors.append(FieldError(field, f"must be 1 to {MOST_USES}"))
    if wanted.count is not None and wanted.max_uses is not None:
        errors.append(FieldError("/maxUses", "is another name of count: give one of them"))
    if wanted.expires_at.tzinfo is None or wanted.expires_at <= unit.now:
        errors.append(FieldError("/expiresAt", "must be an instant in the future, with Z or an offset"))
    if len(wanted.location) > 200:
        errors.append(FieldError("/location", "must have at most 200 characters"))
    if wanted.timezone not in zone_names():
        errors.append(FieldError("/timezone", "must be an IANA time zone, as in Europe/Berlin"))
    if count is None or errors:
        raise invalid(errors)
    return count


def _show(row: Row, unit: Unit) -> dict[str, Any]:
    over = row["revoked_at"] is not None or row["expires_at"] <= unit.now or row["uses"] >= row["max_uses"]
    return {
        "id": row["id"],
        "name": row["name"],
        "count": row["max_uses"],
        "maxUses": row["max_uses"],
        "uses": row["uses"],
        "usable": not over,
        "tags": row["tags"],
        "location": row["location"],
        "timezone": row["time_zone"],
        "createdBy": row["user_id"],
        "createdAt": instant(row["created_at"]),
        "expiresAt": instant(row["expires_at"]),
        "revokedAt": instant(row["revoked_at"]),
    }


def used_up() -> Problem:
    return Problem(404, "DEVICE_001", "This enrolment token is wrong, used up, revoked or has expired: make a new one.")
