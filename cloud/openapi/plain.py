"""Paths that are no endpoints of the table: health, figures, this document, and the two WebSockets."""

from typing import Any


def _get(summary: str, **responses: dict[str, Any]) -> dict[str, Any]:
    return {"get": {"summary": summary, "security": [], "tags": ["server"], "responses": responses}}


def _text(description: str) -> dict[str, Any]:
    return {"description": description, "content": {"text/plain": {"schema": {"type": "string"}}}}


def _json(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


_READY = {
    "type": "object",
    "required": ["ready"],
    "properties": {"ready": {"type": "boolean"}},
    "additionalProperties": {"type": "string", "description": "`ok`, or what is wrong with this dependency."},
}
_SOCKET = {
    "101": {"description": "One JSON object a message: type, data, id (CONTRACT section 4)."},
    "403": {"description": "The token is missing, expired or revoked."},
    "404": {"description": "This is no WebSocket handshake."},
}
PLAIN: dict[str, Any] = {
    "/healthz": _get("Whether the process lives", **{"200": _text("It does.")}),
    "/readyz": _get(
        "Whether it can work; each dependency is named",
        **{"200": _json("It can.", _READY), "503": _json("Something does not answer.", _READY)},
    ),
    "/metrics": _get("Figures for Prometheus", **{"200": _text("Text format 0.0.4.")}),
    "/openapi.json": _get("This document", **{"200": _json("OpenAPI 3.1.", {"type": "object"})}),
    "/realtime/device": {
        "get": {"summary": "A screen's WebSocket", "security": [{"screen": []}], "tags": ["realtime"]}
        | {"responses": _SOCKET}
    },
    "/realtime/organization": {
        "get": {"summary": "An organization's WebSocket", "security": [{"person": []}], "tags": ["realtime"]}
        | {"responses": _SOCKET}
    },
}
