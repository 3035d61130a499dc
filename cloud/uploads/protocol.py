"""tus 1.0.0 (https://tus.io/protocols/resumable-upload): its headers, read and checked. Pure."""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime

from cloud.problems import FieldError, Problem, invalid_field, refuse
from cloud.uploads.overriding import HEADER as OVERRIDE

VERSION = "1.0.0"
EXTENSIONS = "creation,termination,expiration"
CHUNK_TYPE = "application/offset+octet-stream"
METADATA_LIMIT = 16_384
"""Characters of Upload-Metadata."""
NAMES = ("filename", "name")
"""Only labels: what can't be in one is left out (`cloud.content.names`)."""
KNOWN = (*NAMES, "title", "description", "tags", "replaces")
REQUEST_HEADERS = ("Tus-Resumable", "Upload-Length", "Upload-Metadata", "Upload-Offset", OVERRIDE)
ANSWER_HEADERS = (
    "Location", "Tus-Extension", "Tus-Max-Size", "Tus-Resumable", "Tus-Version", "Upload-Expires", "Upload-Length",
    "Upload-Offset", "Vizora-Content-Id",
)  # fmt: skip
ALWAYS = {"Tus-Resumable": VERSION}


REFUSED = {
    "Upload-Defer-Length": "is not supported: say Upload-Length",
    "Upload-Concat": "is not supported: send the file as one upload",
}
"""Of extensions that the server does not have: taken as if they were not there, another file would come of it."""


def refuse_unknown(headers: Mapping[str, str]) -> None:
    """Raises Problem 400 for what only an extension knows that `EXTENSIONS` does not name."""
    refuse(FieldError(name, message) for name, message in REFUSED.items() if name.lower() in headers)


def check_version(headers: Mapping[str, str]) -> None:
    """Raises Problem 412, as the protocol has it, for a client that speaks another version."""
    if headers.get("tus-resumable") != VERSION:
        raise Problem(
            412,
            "PRECONDITION_001",
            f"This server speaks tus {VERSION}: send the header Tus-Resumable: {VERSION}.",
            headers={"Tus-Version": VERSION},
        )


def number(headers: Mapping[str, str], name: str) -> int:
    """A header that has to be a whole number of bytes. Raises Problem 400."""
    text = headers.get(name.lower(), "")
    if text.isascii() and text.isdigit() and len(text) <= 18:
        return int(text)
    raise invalid_field(name, "must be a whole number of bytes")


def metadata(header: str | None) -> dict[str, str]:
    """`key base64,key base64`; keys we have no use for are left out. Raises Problem 400 that names what is wrong."""
    if header is None or not header.strip():
        return {}
    if len(header) > METADATA_LIMIT:
        raise invalid_field("Upload-Metadata", f"must have at most {METADATA_LIMIT} characters")
    found: dict[str, str] = {}
    errors = []
    for pair in header.split(","):
        key, _, encoded = pair.strip().partition(" ")
        if not key or key in found:
            errors.append(FieldError("Upload-Metadata", "must name each key once, as in `title SGVsbG8=`"))
            continue
        try:
            found[key] = base64.b64decode(encoded.strip(), validate=True).decode("utf-8")
        except (binascii.Error, ValueError):
            errors.append(FieldError(f"Upload-Metadata/{key[:60]}", "must be UTF-8 text in base64"))
            continue
        if key not in NAMES and "\0" in found[key]:
            errors.append(FieldError(f"Upload-Metadata/{key[:60]}", "must not have the character U+0000"))
    refuse(errors)
    return {key: found[key] for key in KNOWN if key in found}


def http_date(at: datetime) -> str:
    return format_datetime(at, usegmt=True)
