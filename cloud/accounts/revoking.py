"""Ending what a person may do: everywhere at once in this process, within 60 s in all others (promise P36)."""

from cloud.db import tables
from cloud.db.unit import Unit


def topic_of(user_id: str) -> str:
    """What open lines of this person listen for (`Hub.listening`)."""
    return f"user:{user_id}"


def end_sessions(unit: Unit, user_id: str) -> None:
    """Every token of this person ends with the commit, and so does every open line that was opened with one."""
    sessions = tables.sessions
    unit.connection.execute(
        unit.update(sessions)
        .where(sessions.c.user_id == user_id, sessions.c.revoked_at.is_(None))
        .values(revoked_at=unit.now)
    )
    look_anew(unit, user_id)


def look_anew(unit: Unit, user_id: str) -> None:
    """Nobody goes on believing what they remember of this person: a role that changed counts from now on."""
    unit.told.revoked_users.append(user_id)
