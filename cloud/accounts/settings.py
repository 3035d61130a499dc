"""What people set for themselves: the language of their pages."""

from cloud.accounts.sessions import show_user
from cloud.bodies import Body
from cloud.db import tables
from cloud.db.unit import Unit
from cloud.endpoints import Call, Reply
from cloud.languages import Language


class OwnSettings(Body, frozen=True):
    language: Language | None
    """None: whatever the browser asks for."""


def change(call: Call, unit: Unit) -> Reply:
    wanted: OwnSettings = call.body
    unit.change(tables.users, call.user.id, language=wanted.language)
    return Reply(show_user(unit.find(tables.users, call.user.id)))
