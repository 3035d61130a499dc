"""Bringing the demo's pieces through the cloud: upload, playlist, schedule. A second run sends only what is new."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from edge.cli.demo.api import CloudApi, Refused
from edge.cli.demo.content import Piece, sha256
from edge.cli.demo.report import Report

NAME = "Demo"
PROCESSING_LIMIT_S = 120.0


def upload(api: CloudApi, pieces: Sequence[Piece], report: Report) -> dict[Piece, str]:
    """Sends what the cloud does not have. Returns the content id of each accepted piece, in order."""
    known = {entry["sha256"]: entry["id"] for entry in api.list("/api/content") if entry["uploadStatus"] == "ready"}
    accepted: dict[Piece, str] = {}
    for piece in pieces:
        try:
            digest = sha256(piece.file)
            content_id = known.get(digest)
            if content_id is None:
                report.step(f"uploading {piece.title}")
                content_id = known[digest] = api.upload(piece.file, piece.title)["id"]
            accepted[piece] = content_id
        except Refused as refusal:
            report.refused(str(piece.file), refusal.code, refusal.detail)
        except OSError as fault:
            report.refused(str(piece.file), "FILE_UNREADABLE", fault.strerror or str(fault))
    return accepted


def keep_ready(
    api: CloudApi, accepted: dict[Piece, str], report: Report, wait: Callable[[], bool]
) -> tuple[dict[Piece, str], bool]:
    """The pieces that passed the cloud's own check of them. `wait` passes some time; False means stop waiting."""
    ready: dict[Piece, str] = {}
    pending = dict(accepted)
    while pending:
        for piece, content_id in list(pending.items()):
            entry = api.content(content_id)
            if entry["uploadStatus"] == "ready":
                ready[piece] = content_id
            elif entry["uploadStatus"] == "failed":
                fault = entry.get("uploadError") or "it can't be decoded"
                code, reason = (fault["code"], fault["detail"]) if isinstance(fault, dict) else ("CONTENT_004", fault)
                report.refused(str(piece.file), code, reason)
            else:
                continue
            del pending[piece]
        if pending and not wait():
            return _in_order(ready, accepted), False
    return _in_order(ready, accepted), True


def schedule(api: CloudApi, ready: dict[Piece, str]) -> None:
    """One playlist of the pieces, always on, on every screen."""
    items = [_item(piece, content_id) for piece, content_id in ready.items()]
    playlist = {"name": NAME, "order": "sequence", "items": items}
    found = next((entry for entry in api.list("/api/playlists") if entry["name"] == NAME), None)
    if found is None:
        found = api.create("/api/playlists", playlist)
    else:
        api.replace(f"/api/playlists/{found['id']}", playlist)
    if not any(entry["name"] == NAME for entry in api.list("/api/schedules")):
        api.create(
            "/api/schedules",
            {
                "name": NAME,
                "playlistId": found["id"],
                "target": {"all": True},
                "priority": 0,
                "timezone": "device",
                "recurrence": {"kind": "always"},
            },
        )


def _item(piece: Piece, content_id: str) -> dict[str, Any]:
    item: dict[str, Any] = {"contentId": content_id, "transition": msgspec.to_builtins(piece.transition)}
    if piece.duration_ms is not None:
        item["durationMs"] = piece.duration_ms
    return item


def _in_order(ready: dict[Piece, str], asked: dict[Piece, str]) -> dict[Piece, str]:
    return {piece: ready[piece] for piece in asked if piece in ready}
