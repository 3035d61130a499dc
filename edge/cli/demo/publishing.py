"""Bringing the demo's pieces through the cloud: upload, playlist, schedule. A second run sends only what is new."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from edge.cli.demo.api import CloudApi, Refused
from edge.cli.demo.content import Piece, sha256
from edge.cli.demo.report import Report
from edge.cli.status_files import read_json
from edge.files import write_at_once

NAME = "Demo"


@dataclass(slots=True)
class Uploads:
    """Which file became which content, by the SHA-256 of the file as it lies here: what the cloud keeps may differ,
    for it removes what a picture should not tell."""

    file: Path
    ids: dict[str, str]

    @classmethod
    def of(cls, data: Path) -> "Uploads":
        file = data / "uploads.json"
        return cls(file, read_json(file))

    def save(self) -> None:
        write_at_once(self.file, json.dumps(self.ids).encode())


def upload(api: CloudApi, pieces: Sequence[Piece], known: Uploads, report: Report) -> dict[Piece, str]:
    """Sends what the cloud does not have. Returns the content id of each accepted piece, in order."""
    there = {entry["id"] for entry in api.list("/api/content") if entry["uploadStatus"] == "ready"}
    accepted: dict[Piece, str] = {}
    for piece in pieces:
        try:
            digest = sha256(piece.file)
            content_id = known.ids.get(digest, "")
            if content_id not in there:
                report.step(f"uploading {piece.title}")
                content_id = known.ids[digest] = api.upload(piece.file, piece.title)["id"]
                there.add(content_id)
                known.save()
            accepted[piece] = content_id
        except Refused as refusal:
            report.refused(str(piece.file), refusal.code, refusal.detail)
        except OSError as fault:
            report.refused(str(piece.file), "FILE_UNREADABLE", fault.strerror or str(fault))
    return accepted


def keep_ready(
    api: CloudApi, accepted: dict[Piece, str], report: Report, pass_time: Callable[[], None]
) -> dict[Piece, str]:
    """The pieces that passed the cloud's own check of them; the others are reported and removed again."""
    failed: set[str] = set()
    pending = set(accepted.values())
    while pending:
        for content_id in sorted(pending):
            entry = api.content(content_id)
            if entry["uploadStatus"] == "processing":
                continue
            pending.remove(content_id)
            if entry["uploadStatus"] == "failed":
                failed.add(content_id)
                api.remove(f"/api/content/{content_id}")
                for piece in (piece for piece, its_id in accepted.items() if its_id == content_id):
                    report.refused(str(piece.file), *_fault(entry))
        if pending:
            pass_time()
    return {piece: content_id for piece, content_id in accepted.items() if content_id not in failed}


def schedule(api: CloudApi, ready: dict[Piece, str]) -> None:
    """One playlist of the pieces, always on, on every screen."""
    items = [_item(piece, content_id) for piece, content_id in ready.items()]
    playlist = {"name": NAME, "order": "sequence", "items": items}
    found = next((entry for entry in api.list("/api/playlists") if entry["name"] == NAME), None)
    if found is None:
        found = api.create("/api/playlists", playlist)
    elif not _same(found["items"], items):
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


def _same(there: Sequence[dict[str, Any]], wanted: Sequence[dict[str, Any]]) -> bool:
    """Whether the playlist already says what we would: to replace it would make the screen begin its item anew."""
    said = [{name: item.get(name) for name in ("contentId", "durationMs", "transition")} for item in there]
    return said == [{"durationMs": None, **item} for item in wanted]


def _item(piece: Piece, content_id: str) -> dict[str, Any]:
    item: dict[str, Any] = {"contentId": content_id, "transition": msgspec.to_builtins(piece.transition)}
    if piece.duration_ms is not None:
        item["durationMs"] = piece.duration_ms
    return item


def _fault(entry: dict[str, Any]) -> tuple[str, str]:
    """Code and sentence of an upload that failed its check."""
    fault = entry.get("uploadError")
    if isinstance(fault, dict):
        return fault["code"], fault["detail"]
    return "CONTENT_004", fault or "it can't be decoded"
