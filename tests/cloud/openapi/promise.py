"""Holds real answers against `/openapi.json`: status, media type, headers and every field must be in it."""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

import httpx2
from jsonschema import Draft202012Validator, FormatChecker

from cloud.app import ROOMS
from cloud.openapi.described import DESCRIBED
from cloud.openapi.document import Document, document

SOMETIMES = (
    "Idempotency-Replayed", "Retry-After", "Upload-Expires", "Upload-Length", "Vizora-Content-Id",
    "Vizora-Key-Handover",
)  # fmt: skip
"""Headers that are described but not always there."""
FORMATS = FormatChecker(formats=())


@FORMATS.checks("date-time", raises=ValueError)
def is_utc_instant(value: object) -> bool:
    """RFC 3339 in UTC with `Z` (CONTRACT section 1)."""
    return not isinstance(value, str) or (value.endswith("Z") and datetime.fromisoformat(value) is not None)


class Undocumented(AssertionError):
    """An answer that `/openapi.json` does not promise."""


class Promise:
    def __init__(self, described: Document) -> None:
        self._document = described
        self._schemas = _strict(described["components"])
        self._validators: dict[tuple[str, str, str], Draft202012Validator] = {}

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], str]]:
        paths = sorted(self._document["paths"], key=lambda path: ("{" in path, path))
        return [(re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)) + "$"), path) for path in paths]

    def check(self, answer: httpx2.Response) -> None:
        """Raises Undocumented. What lies outside of the document is not looked at: pages, undescribed routes."""
        operation = self._operation(answer.request.method, answer.request.url.path)
        if operation is None:
            return
        method, path, responses = operation
        described = responses.get(str(answer.status_code))
        told = f"{method} {path} answered {answer.status_code}"
        if described is None:
            raise Undocumented(f"{told}, which is not in /openapi.json: {answer.text[:300]}")
        for name in described.get("headers", {}):
            if name not in SOMETIMES and name not in answer.headers:
                raise Undocumented(f"{told} without its header {name}")
        if method != "HEAD":
            self._check_body(answer, described, told, (method, path, str(answer.status_code)))

    def _operation(self, method: str, path: str) -> tuple[str, str, Mapping[str, Any]] | None:
        template = next((found for pattern, found in self._patterns if pattern.match(path)), None)
        operations = self._document["paths"].get(template, {})
        operation = operations.get(method.lower())
        return None if operation is None or template is None else (method, template, operation["responses"])

    def _check_body(
        self, answer: httpx2.Response, described: Mapping[str, Any], told: str, key: tuple[str, str, str]
    ) -> None:
        content, body = described.get("content"), answer.content
        if content is None:
            if body:
                raise Undocumented(f"{told} with a body: {answer.text[:200]}")
            return
        media_type = answer.headers.get("content-type", "").partition(";")[0]
        if media_type not in content and "*/*" not in content:
            raise Undocumented(f"{told} as {media_type}, not as {', '.join(content)}")
        if not media_type.endswith("json"):
            return
        if key not in self._validators:
            schema = {**content[media_type]["schema"], "components": self._schemas}
            self._validators[key] = Draft202012Validator(_strict(schema), format_checker=FORMATS)
        faults = [
            f"/{'/'.join(map(str, fault.absolute_path))}: {fault.message[:300]}"
            for fault in self._validators[key].iter_errors(answer.json())
        ]
        if faults:
            raise Undocumented(f"{told}: {'; '.join(faults)} (see cloud/openapi/described)")


def _strict(schema: Any) -> Any:
    """The schema, with every field that it does not name forbidden."""
    if isinstance(schema, Mapping):
        inner = {key: _strict(value) for key, value in schema.items()}
        if isinstance(schema.get("properties"), Mapping) and "additionalProperties" not in schema:
            inner["additionalProperties"] = False
        return inner
    return [_strict(value) for value in schema] if isinstance(schema, list) else schema


PROMISE = Promise(document([endpoint for room in ROOMS for endpoint in room.endpoints], DESCRIBED))
"""What this version's cloud says of itself."""


def keep(answer: httpx2.Response) -> None:
    """An event hook for clients: every answer they get is held against the document."""
    answer.read()
    PROMISE.check(answer)
