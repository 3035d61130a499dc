"""Which publications stand: begun, not over, and ended by nobody."""

from datetime import datetime

from sqlalchemy import ColumnElement, or_

from cloud.db.tables import overrides


def standing(now: datetime) -> ColumnElement[bool]:
    """A condition on the rows of `overrides`."""
    return overrides.c.ended_at.is_(None) & or_(overrides.c.ends_at.is_(None), overrides.c.ends_at > now)
