"""The audit log's one way in: a row says who changed what, which one, when and from where. No way leads back out.

Secrets can't get in: a row holds names and ids only, never what was sent.
"""

from cloud.db import tables
from cloud.db.ids import new_id
from cloud.db.unit import Unit


def write_down(
    unit: Unit,
    action: str,
    *,
    subject: str | None,
    user_id: str | None,
    user_email: str | None,
    ip: str,
    api_token_id: str | None = None,
) -> None:
    """One row of the unit's organization. `action` as in `playlist.create`; its first word is the type of `subject`."""
    unit.insert(
        tables.audit_logs,
        id=new_id(),
        user_id=user_id,
        user_email=user_email,
        api_token_id=api_token_id,
        action=action,
        entity_type=action.split(".")[0],
        entity_id=subject,
        ip_address=ip,
        created_at=unit.now,
    )
