"""Every table of the cloud. What belongs to an organization has its `organization_id`; see `cloud.db.unit`.

Rules: ids are UUID strings, instants aware, durations milliseconds, sizes bytes. `revision` counts the changes of a
row and is its ETag. What can be computed (a screen's status, a schedule's next runs) is not stored.
"""

from cloud.db.tables.billing import billing_events, subscriptions
from cloud.db.tables.columns import metadata
from cloud.db.tables.files import content, content_files, content_tags, upload_pieces, uploads
from cloud.db.tables.people import (
    api_tokens,
    attempts,
    audit_logs,
    idempotency_keys,
    identities,
    invitations,
    organizations,
    password_resets,
    recovery_codes,
    sessions,
    sign_ons,
    users,
)
from cloud.db.tables.planning import (
    layout_zones,
    layouts,
    manifests,
    override_screens,
    overrides,
    playlist_items,
    playlists,
    schedules,
    signing_keys,
)
from cloud.db.tables.proof_of_play import online_stretches, play_hours, plays, plays_outbox
from cloud.db.tables.screens import (
    commands,
    device_logs,
    device_tags,
    device_tokens,
    device_updates,
    devices,
    enrolment_tokens,
    enrolments,
    pairing_codes,
    pairings,
    releases,
)
from cloud.db.tables.work import jobs, workers

__all__ = [
    "api_tokens",
    "attempts",
    "audit_logs",
    "billing_events",
    "commands",
    "content",
    "content_files",
    "content_tags",
    "device_logs",
    "device_tags",
    "device_tokens",
    "device_updates",
    "devices",
    "enrolment_tokens",
    "enrolments",
    "idempotency_keys",
    "identities",
    "invitations",
    "jobs",
    "layout_zones",
    "layouts",
    "manifests",
    "metadata",
    "online_stretches",
    "organizations",
    "override_screens",
    "overrides",
    "pairing_codes",
    "pairings",
    "password_resets",
    "play_hours",
    "playlist_items",
    "playlists",
    "plays",
    "plays_outbox",
    "recovery_codes",
    "releases",
    "schedules",
    "sessions",
    "sign_ons",
    "signing_keys",
    "subscriptions",
    "upload_pieces",
    "uploads",
    "users",
    "workers",
]
