"""`POST /api/auth/password`: a new password for the old one; every other sign-in of the person ends."""

from starlette.responses import Response

from cloud.accounts import sessions
from cloud.accounts.attempting import answer_to_guess, refuse_when_too_many
from cloud.accounts.revoking import end_sessions
from cloud.accounts.rules import password_faults
from cloud.bodies import Body
from cloud.db import tables
from cloud.db.unit import Unit
from cloud.endpoints import Call
from cloud.problems import Problem, conflict, refuse


class PasswordChange(Body, frozen=True):
    current_password: str
    new_password: str


async def change_password(call: Call) -> Response:
    """Answers as signing in does, with a fresh token. 403 AUTH_001 when the current password is wrong."""
    wanted: PasswordChange = call.body
    refuse(password_faults(wanted.new_password, "/newPassword"))
    email = call.user.email
    user = await call.read(lambda unit: unit.find(tables.users, call.user.id))
    await call.read(lambda unit: refuse_when_too_many(unit, email, call.network))
    right = await call.cloud.passwords.matches(user["password_hash"], wanted.current_password)
    await call.write(lambda unit: answer_to_guess(unit, email, call.network, right=right))
    if not right:
        raise Problem(403, "AUTH_001", "The current password is wrong.")
    password_hash = await call.cloud.passwords.hash(wanted.new_password)

    def work(unit: Unit) -> sessions.SignedIn:
        this = unit.update(tables.users).where(
            tables.users.c.id == user["id"], tables.users.c.password_hash == user["password_hash"]
        )
        if unit.connection.execute(this.values(password_hash=password_hash)).rowcount != 1:
            raise conflict("The password was changed by someone else at this moment.")
        forget_resets(unit, user["id"])
        end_sessions(unit, user["id"])
        call.audit(unit, user["id"])
        return sessions.begin(call.cloud, unit, user)

    return sessions.response(call, await call.write(work), status=200)


def forget_resets(unit: Unit, user_id: str) -> None:
    """Links that were sent for the password before this one."""
    resets = tables.password_resets
    unit.connection.execute(unit.delete(resets).where(resets.c.user_id == user_id))
