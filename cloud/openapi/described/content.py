"""What the content room answers and reads."""

from dataclasses import replace
from typing import Annotated, Literal

import msgspec

from cloud.allowed import Instant
from cloud.content.file_faults import FileFault
from cloud.content.looks import Style
from cloud.content.texts import Description, Title
from cloud.content.without_file import NewStream, NewText, NewWebpage
from cloud.openapi.described.planning import TOO_MANY
from cloud.openapi.description import (
    FORCE,
    JSON,
    NOTHING,
    PAGED,
    RANGES,
    Count,
    Described,
    Query,
    Shape,
    made,
    one,
)
from vizora.manifest.model import ContentType

UploadStatus = Literal["processing", "ready", "failed"]


class ContentShape(Shape, frozen=True):
    id: str
    type: ContentType
    title: str
    description: str
    tags: list[str]
    sha256: str | None
    original_sha256: str | None
    size: Count | None
    mime_type: str | None
    width: int | None
    height: int | None
    duration_ms: int | None
    pages: int | None
    file_name: str | None
    url: str | None
    text: str | None
    style: Style | None
    """How a text looks."""
    upload_status: UploadStatus
    upload_error: str | None
    """Why it failed, in English, and what to do."""
    upload_fault: FileFault | None
    """The same as a code and its parts; null of what failed before there were codes."""
    file_url: str | None
    thumbnail_url: str | None
    created_at: Instant
    updated_at: Instant


class ContentsShape(Shape, frozen=True):
    items: list[ContentShape]
    next_cursor: str | None


class UploadForm(Shape, frozen=True):
    """The file, and what people should read of it; `tags` with commas between them."""

    file: Annotated[bytes, msgspec.Meta(extra_json_schema={"type": "string", "format": "binary"})]
    title: Title | msgspec.UnsetType = msgspec.UNSET
    description: Description | msgspec.UnsetType = msgspec.UNSET
    tags: str | msgspec.UnsetType = msgspec.UNSET


class FileForm(Shape, frozen=True):
    file: Annotated[bytes, msgspec.Meta(extra_json_schema={"type": "string", "format": "binary"})]


FILE_FAULTS = {
    403: ("CONTENT_005",),
    408: ("VALIDATION_001",),
    413: ("CONTENT_002",),
    415: ("CONTENT_003",),
    422: ("CONTENT_004",),
    503: ("STORAGE_001",),
    507: ("CONTENT_005",),
}
FORM = "multipart/form-data"
_ALL, _ONE = "/api/content", "/api/content/{id}"
_NOT_THERE = {404: ("CONTENT_001",)}
_BYTES = replace(RANGES[200], media_types=("*/*",))
_FILE = {200: _BYTES, 206: replace(_BYTES, headers=RANGES[206].headers, note=RANGES[206].note), 304: RANGES[304]}
_PICTURE = {status: replace(answer, media_types=("image/webp",)) for status, answer in _FILE.items()}
_UNSATISFIABLE = {416: ("RANGE_001",), **_NOT_THERE}
DESCRIBED = {
    f"GET {_ALL}": Described(
        "List content",
        one(ContentsShape, note="One page, the newest first."),
        query=(
            *PAGED,
            Query("type", ContentType, "Only content of this type."),
            Query("tag", str, "Only what has this tag."),
            Query("q", str, "Only what has this in its title."),
            Query("ids", str, "Only these, with commas between them; 200 at most."),
            Query("status", UploadStatus, "Only content in this state."),
        ),
    ),
    f"POST {_ALL}": Described(
        "Upload a file, or make a web page, a text or a stream",
        made(ContentShape, "ETag"),
        bodies=((FORM, UploadForm), (JSON, NewWebpage | NewText | NewStream)),
        problems={**FILE_FAULTS, **TOO_MANY},
        headers=("Idempotency-Key",),
    ),
    f"GET {_ONE}": Described("One piece of content", one(ContentShape, "ETag"), problems=_NOT_THERE),
    f"PATCH {_ONE}": Described("Change its texts", one(ContentShape, "ETag"), problems=_NOT_THERE),
    f"DELETE {_ONE}": Described(
        "Delete content", NOTHING, query=(FORCE,), problems={409: ("CONFLICT_001",), **_NOT_THERE}
    ),
    f"GET {_ONE}/file": Described("The file, also in ranges", _FILE, problems=_UNSATISFIABLE, headers=("Range",)),
    f"PUT {_ONE}/file": Described(
        "A new version of the file",
        one(ContentShape, "ETag"),
        bodies=((FORM, FileForm),),
        problems={**FILE_FAULTS, 409: ("CONFLICT_001",), **_NOT_THERE},
    ),
    f"GET {_ONE}/thumbnail": Described(
        "A picture of it, at most 400 x 400",
        _PICTURE,
        problems=_UNSATISFIABLE,
        headers=("Range",),
    ),
    f"GET {_ONE}/pages/{{number}}": Described(
        "A page of a PDF as a picture, at most 1600 x 1600; pages count from 1",
        _PICTURE,
        problems={**_UNSATISFIABLE, 503: ("STORAGE_001",)},
        headers=("Range",),
    ),
    "GET /api/device/assets/{sha256}": Described(
        "A file of the screen's manifest", _FILE, problems=_UNSATISFIABLE, headers=("Range",)
    ),
}
