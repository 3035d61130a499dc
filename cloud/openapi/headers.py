"""The headers of the API and what they mean."""

from typing import Any

TEXT = {"type": "string"}
REQUEST_HEADERS: dict[str, dict[str, Any]] = {
    "Idempotency-Key": {
        "description": "The same key with the same body gives the first answer again and changes nothing.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    },
    "If-Match": {"description": "The ETag the change is based on; 412 when there is a newer one.", "schema": TEXT},
    "If-None-Match": {"description": "ETags of what is there already; 304 when one still holds.", "schema": TEXT},
    "If-Range": {"description": "The ETag a Range is meant for; the whole file when it is another.", "schema": TEXT},
    "Range": {"description": "One range of bytes, as in `bytes=0-1023`.", "schema": TEXT},
    "Tus-Resumable": {"description": "The version of the protocol: 1.0.0.", "required": True, "schema": TEXT},
    "Upload-Length": {"description": "Bytes of the whole file.", "schema": {"type": "integer", "minimum": 0}},
    "Upload-Metadata": {"description": "filename, title, description, tags: tus 1.0, Creation.", "schema": TEXT},
    "Upload-Offset": {
        "description": "Where the body's bytes belong.",
        "required": True,
        "schema": {"type": "integer", "minimum": 0},
    },
}
RESPONSE_HEADERS: dict[str, dict[str, Any]] = {
    "Accept-Ranges": {"description": "`bytes`.", "schema": TEXT},
    "Content-Disposition": {"description": "The name to save it under.", "schema": TEXT},
    "Content-Range": {"description": "Which bytes these are.", "schema": TEXT},
    "ETag": {"description": "What If-Match and If-None-Match take.", "schema": TEXT},
    "Idempotency-Replayed": {"description": "`true` for an answer given before.", "schema": TEXT},
    "Location": {"description": "Where it is.", "schema": TEXT},
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}},
    "Set-Cookie": {"description": "The same token for browsers, HttpOnly.", "schema": TEXT},
    "Tus-Extension": {"description": "Which extensions there are.", "schema": TEXT},
    "Tus-Max-Size": {"description": "Most bytes of a file.", "schema": {"type": "integer"}},
    "Tus-Resumable": {"description": "1.0.0.", "schema": TEXT},
    "Tus-Version": {"description": "1.0.0.", "schema": TEXT},
    "Upload-Expires": {"description": "When an unfinished upload is thrown away.", "schema": TEXT},
    "Upload-Length": {"description": "Bytes of the whole file.", "schema": {"type": "integer"}},
    "Upload-Offset": {"description": "Bytes that are there.", "schema": {"type": "integer"}},
    "Vizora-Content-Id": {"description": "The content an upload became.", "schema": TEXT},
    "Vizora-Key-Handover": {
        "description": "Only once the signing key was replaced: how older keys lead to it, the oldest first, separated "
        "by commas, each `ed25519;<fromKeyId>;<base64 signature>;<toKeyId>;<base64 public key>`.",
        "schema": TEXT,
    },
    "WWW-Authenticate": {"description": "`Bearer`.", "schema": TEXT},
    "Vizora-Signature": {"description": "`ed25519;<keyId>;<base64>` over the exact bytes.", "schema": TEXT},
}
