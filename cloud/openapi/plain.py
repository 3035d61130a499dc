"""Paths that are no endpoints of the table: health, figures, this document, and the two WebSockets."""

from typing import Any


def _get(name: str, summary: str, **responses: dict[str, Any]) -> dict[str, Any]:
    said = {"operationId": name, "summary": summary, "security": [], "tags": ["server"], "responses": responses}
    return {"get": said}


def _socket(name: str, summary: str, who: str) -> dict[str, Any]:
    said = {"operationId": name, "summary": summary, "security": [{who: []}], "tags": ["realtime"]}
    return {"get": {**said, "responses": _SOCKET}}


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
    "/healthz": _get("getHealthz", "Whether the process lives", **{"200": _text("It does.")}),
    "/readyz": _get(
        "getReadyz",
        "Whether it can work; each dependency is named",
        **{"200": _json("It can.", _READY), "503": _json("Something does not answer.", _READY)},
    ),
    "/metrics": _get("getMetrics", "Figures for Prometheus", **{"200": _text("Text format 0.0.4.")}),
    "/openapi.json": _get("getOpenapiJson", "This document", **{"200": _json("OpenAPI 3.1.", {"type": "object"})}),
    "/realtime/device": _socket("getRealtimeDevice", "A screen's WebSocket", "screen"),
    "/realtime/organization": _socket("getRealtimeOrganization", "An organization's WebSocket", "person"),
}
