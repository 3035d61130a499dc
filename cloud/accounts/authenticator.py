"""A person sets up an authenticator app: `/api/auth/totp`. It counts once a first code was right."""

from typing import Any

from starlette.responses import Response

from cloud.accounts import totp
from cloud.accounts.attempting import (
    answer_to_guess,
    count_wrong_code,
    refuse_more_codes,
    refuse_when_too_many,
)
from cloud.bodies import Body
from cloud.db import tables
from cloud.db.unit import Row, Unit
from cloud.endpoints import Call, Reply
from cloud.problems import Problem, conflict
from cloud.screens.redeeming import qr_code


class Confirmation(Body, frozen=True):
    code: str


class Password(Body, frozen=True):
    password: str


async def begin(call: Call) -> Response:
    """A new secret, which counts for nothing yet: {secret, uri, qrCode}. The password is asked for again."""
    user = await checked(call)

    def work(unit: Unit) -> dict[str, Any]:
        if unit.find(tables.users, call.user.id)["totp_enabled_at"] is not None:
            raise conflict("One-time codes are on already: switch them off first.")
        secret = totp.new_secret()
        unit.note(tables.users, call.user.id, totp_secret=secret, totp_last_step=None)
        call.audit(unit, call.user.id)
        uri = totp.address(secret, user["email"])
        return {"secret": secret, "uri": uri, "qrCode": qr_code(uri)}

    return Reply(await call.write(work), status=201).response()


def confirm(call: Call, unit: Unit) -> Reply:
    """{recoveryCodes}, shown this once; from now on signing in needs a code."""
    wanted: Confirmation = call.body
    refuse_more_codes(unit, call.user.id)
    user = unit.find(tables.users, call.user.id)
    if user["totp_secret"] is None or user["totp_enabled_at"] is not None:
        raise conflict("There is nothing to confirm: set up an authenticator first.")
    if not totp.accept(unit, user, wanted.code):
        count_wrong_code(unit, call.user.id)
        return Reply.of(Problem(400, "AUTH_001", "That is not the code the authenticator shows now."))
    unit.note(tables.users, user["id"], totp_enabled_at=unit.now)
    return Reply({"recoveryCodes": totp.new_recovery_codes(unit, user["id"])}, subject=user["id"])


async def switch_off(call: Call) -> Response:
    await checked(call)

    def work(unit: Unit) -> None:
        totp.switch_off(unit, call.user.id)
        call.audit(unit, call.user.id)

    await call.write(work)
    return Response(status_code=204)


async def checked(call: Call) -> Row:
    """The person's row. Raises Problem 403 when the password in the body is not theirs."""
    email = call.user.email
    await call.read(lambda unit: refuse_when_too_many(unit, email, call.network))
    user = await call.read(lambda unit: unit.find(tables.users, call.user.id))
    right = await call.cloud.passwords.matches(user["password_hash"], call.body.password)
    await call.write(lambda unit: answer_to_guess(unit, email, call.network, right=right))
    if not right:
        raise Problem(403, "AUTH_001", "The password is wrong.")
    return user
