"""The audit log's one way in: a row says who changed what, which one, when and from where. No way leads back out.

Secrets can't get in: a row holds names and ids only, never what was sent.
"""

from cloud import things
from cloud.addresses import without_secrets
from cloud.db import tables
from cloud.db.ids import new_id
from cloud.db.unit import Unit

LONGEST = 300


def write_down(
    unit: Unit,
    action: str,
    *,
    subject: str | None,
    user_id: str | None = None,
    user_email: str | None = None,
    ip: str | None = None,
    api_token_id: str | None = None,
    name: str | None = None,
) -> None:
    """One row of the unit's organization. `action` as in `playlist.create`; its first word is the kind of `subject`.
    Without `user_id` it was none of the organization's people.

    The row keeps what the subject is called at that moment, `name` where the caller knows it: of what is deleted it has
    to be written down before, or be given.
    """
    kind = action.split(".")[0]
    called = name or things.names_of(unit, kind, [subject]).get(subject or "")
    unit.insert(
        tables.audit_logs,
        id=new_id(),
        user_id=user_id,
        user_email=user_email,
        api_token_id=api_token_id,
        action=action,
        entity_type=kind,
        entity_id=subject,
        entity_name=called and kept(called),
        ip_address=ip,
        created_at=unit.now,
    )


def kept(name: str) -> str:
    """A name as it may stand in the log for ever: on one line, and of an address neither password nor query."""
    return without_secrets(" ".join(name.replace("\0", "").split()))[:LONGEST]
