"""What resumable uploads (tus 1.0) answer."""

from cloud.allowed import Instant
from cloud.openapi.description import Answer, Described, Shape
from cloud.uploads.protocol import CHUNK_TYPE


class UploadMadeShape(Shape, frozen=True):
    id: str
    expires_at: Instant


_TUS = ("Tus-Resumable",)
_STATE = (*_TUS, "Upload-Offset", "Upload-Expires", "Vizora-Content-Id")
_FINISH = {
    400: ("VALIDATION_001",),
    403: ("CONTENT_005",),
    408: ("VALIDATION_001",),
    412: ("PRECONDITION_001",),
    413: ("CONTENT_002",),
    415: ("CONTENT_003",),
    422: ("CONTENT_004",),
    503: ("STORAGE_001",),
    507: ("CONTENT_005",),
}
_GONE = ("NOT_FOUND_001", "CONTENT_001")
"""The upload, or the content that it was to replace."""
_ONE = "/api/uploads/{id}"
DESCRIBED = {
    "OPTIONS /api/uploads": Described(
        "What the server can",
        {204: Answer(note="In its headers.", headers=(*_TUS, "Tus-Version", "Tus-Extension", "Tus-Max-Size"))},
    ),
    "POST /api/uploads": Described(
        "Announce a file, or with `replaces` in its metadata a new version of content",
        {201: Answer(UploadMadeShape, note="Send it there.", headers=(*_TUS, "Location", "Upload-Expires"))},
        headers=(*_TUS, "Upload-Length", "Upload-Metadata", "Idempotency-Key"),
        problems={**_FINISH, 404: ("CONTENT_001",), 409: ("CONFLICT_001",)},
    ),
    f"HEAD {_ONE}": Described(
        "How many bytes are there",
        {200: Answer(note="In its headers.", headers=(*_STATE, "Upload-Length"))},
        headers=_TUS,
        problems={**_FINISH, 404: _GONE, 409: ("CONFLICT_001",)},
    ),
    f"PATCH {_ONE}": Described(
        "The next bytes; the last ones make content of it",
        {204: Answer(note="They are on the disk.", headers=_STATE)},
        headers=(*_TUS, "Upload-Offset"),
        bodies=((CHUNK_TYPE, bytes),),
        problems={**_FINISH, 404: _GONE, 409: ("CONFLICT_001",)},
    ),
    f"DELETE {_ONE}": Described(
        "End it", {204: Answer(note="It is gone.", headers=_TUS)}, headers=_TUS, problems={412: ("PRECONDITION_001",)}
    ),
}
