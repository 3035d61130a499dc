"""The OpenAPI 3.1 document: a pure function of the endpoints and their descriptions."""

import re
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from cloud.endpoints import Endpoint
from cloud.openapi.description import JSON, Answer, Described, ProblemShape, Query
from cloud.openapi.headers import REQUEST_HEADERS, RESPONSE_HEADERS
from cloud.openapi.information import INFO, TAGS
from cloud.openapi.plain import PLAIN
from cloud.openapi.schemas import REF, Schemas
from cloud.principals import Access
from cloud.problems import MEDIA_TYPE

Document = dict[str, Any]
_Pair = tuple[Endpoint, Described]
HEADERS_OF_FAULTS = {401: ("WWW-Authenticate",), 429: ("Retry-After",), 503: ("Retry-After",)}
UPDATES = ("PUT", "PATCH", "DELETE")
NEVER_CHANGED = (
    "/api/devices/enrolment-tokens",
    "/api/uploads",
    "/api/users/invitations",
    "/api/auth/oidc",
    "/api/api-tokens",
)
"""What lies there has no ETag: an upload has its offset, the others are only made and withdrawn."""


def name_of(endpoint: Endpoint) -> str:
    return f"{endpoint.method} {endpoint.path}"


def document(endpoints: Sequence[Endpoint], described: Mapping[str, Described]) -> Document:
    """Endpoints without a description are left out; a test sees to it that there are none."""
    pairs = [(one, described[name_of(one)]) for one in endpoints if name_of(one) in described]
    schemas = Schemas(sent=_sent(pairs), read=_read(pairs))
    paths: dict[str, Document] = {}
    for endpoint, words in sorted(pairs, key=lambda pair: pair[0].path):
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, words, schemas)
    return {
        "openapi": "3.1.0",
        "info": INFO,
        "servers": [{"url": "/", "description": "Where this document was fetched."}],
        "tags": [{"name": name, "description": TAGS[name]} for name in sorted(TAGS)],
        "paths": PLAIN | paths,
        "components": {
            "schemas": schemas.components,
            "headers": RESPONSE_HEADERS,
            "securitySchemes": {
                "person": {"type": "http", "scheme": "bearer", "description": "A person's token."},
                "screen": {"type": "http", "scheme": "bearer", "description": "A screen's token."},
            },
        },
    }


def _read(pairs: Sequence[_Pair]) -> list[Any]:
    """The types of bodies and queries."""
    bodies = [kind for endpoint, words in pairs for _, kind in _bodies(endpoint, words)]
    return [*bodies, *(query.kind for _, words in pairs for query in words.query)]


def _sent(pairs: Sequence[_Pair]) -> list[Any]:
    """The types of answers."""
    answers = [answer.kind for _, words in pairs for answer in words.answers.values() if answer.kind is not None]
    return [*answers, ProblemShape]


def _bodies(endpoint: Endpoint, words: Described) -> list[tuple[str, Any]]:
    return [*([(JSON, endpoint.body)] if endpoint.body is not None else []), *words.bodies]


def _operation(endpoint: Endpoint, words: Described, schemas: Schemas) -> Document:
    operation: Document = {
        "operationId": _operation_id(endpoint),
        "summary": words.summary,
        "tags": [endpoint.path.split("/")[2].removesuffix(".csv")],
        "parameters": _parameters(endpoint, words, schemas),
        "responses": _responses(endpoint, words, schemas),
        "security": _security(endpoint.access),
        "x-access": endpoint.access.value,
    }
    if bodies := _bodies(endpoint, words):
        content = {media_type: {"schema": schemas.of(kind)} for media_type, kind in bodies}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _operation_id(endpoint: Endpoint) -> str:
    words = re.findall(r"[A-Za-z0-9]+", endpoint.path.removeprefix("/api"))
    return endpoint.method.lower() + "".join(word[:1].upper() + word[1:] for word in words)


def _security(access: Access) -> list[Document]:
    if access is Access.PUBLIC:
        return []
    return [{"screen": []}] if access is Access.DEVICE else [{"person": []}]


def _parameters(endpoint: Endpoint, words: Described, schemas: Schemas) -> list[Document]:
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", endpoint.path)
    ]
    headers = [*words.headers, *(["Idempotency-Key"] if endpoint.idempotent else [])]
    headers += ["If-Match"] if takes_if_match(endpoint) else []
    headers += ["If-None-Match"] if 304 in words.answers else []
    headers += ["If-Range"] if "Range" in words.headers else []
    return [
        *in_path,
        *(_query(query, schemas) for query in words.query),
        *({"name": name, "in": "header", **REQUEST_HEADERS[name]} for name in dict.fromkeys(headers)),
    ]


def _query(query: Query, schemas: Schemas) -> Document:
    note = {"description": query.note} if query.note else {}
    need = {"required": True} if query.required else {}
    return {"name": query.name, "in": "query", **need, "schema": schemas.of(query.kind), **note}


def takes_if_match(endpoint: Endpoint) -> bool:
    """Changes of a person to one object, by `PUT`, `PATCH` or `DELETE`."""
    changes = endpoint.method in UPDATES and endpoint.access not in (Access.PUBLIC, Access.DEVICE)
    return changes and not endpoint.path.startswith(NEVER_CHANGED)


def _responses(endpoint: Endpoint, words: Described, schemas: Schemas) -> Document:
    more = ("Idempotency-Replayed",) if takes_key(endpoint, words) else ()
    answers = {str(status): _answer(answer, schemas, more) for status, answer in words.answers.items()}
    faults = {str(status): _fault(status, codes) for status, codes in sorted(codes_of(endpoint, words).items())}
    return answers | faults


def takes_key(endpoint: Endpoint, words: Described) -> bool:
    return endpoint.idempotent or "Idempotency-Key" in words.headers


def _answer(answer: Answer, schemas: Schemas, more: Sequence[str]) -> Document:
    shown: Document = {"description": answer.note}
    if answer.kind is not None:
        shown["content"] = {media_type: {"schema": schemas.of(answer.kind)} for media_type in answer.media_types}
    if headers := (*answer.headers, *more):
        shown["headers"] = _headers(headers)
    return shown


def _headers(names: Iterable[str]) -> Document:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _fault(status: int, codes: Iterable[str]) -> Document:
    headers = _headers(HEADERS_OF_FAULTS.get(status, ()))
    return {
        "description": f"{HTTPStatus(status).phrase}: {', '.join(codes)}.",
        "content": {MEDIA_TYPE: {"schema": {"$ref": REF.format(name=ProblemShape.__name__)}}},
        "x-codes": list(codes),
        **({"headers": headers} if headers else {}),
    }


def codes_of(endpoint: Endpoint, words: Described) -> dict[int, tuple[str, ...]]:
    """Every status that says no, and the codes it says it with."""
    found: dict[int, dict[str, None]] = {}

    def add(status: int, *codes: str) -> None:
        found.setdefault(status, {}).update(dict.fromkeys(codes))

    for status, codes in words.problems.items():
        add(status, *codes)
    if endpoint.access is not Access.PUBLIC:
        add(401, "AUTH_002")
    if endpoint.access not in (Access.PUBLIC, Access.DEVICE) and (endpoint.writes or endpoint.access != Access.VIEWER):
        add(403, "AUTHZ_001", "AUTHZ_004")
    if endpoint.in_person:
        add(403, "AUTHZ_006")
    if "{" in endpoint.path and 404 not in found:
        add(404, "NOT_FOUND_001")
    if endpoint.body is not None or words.bodies:
        add(413, "VALIDATION_001")
    if endpoint.body is not None:
        add(415, "VALIDATION_001")
    if endpoint.body is not None or words.bodies or words.query or endpoint.idempotent:
        add(400, "VALIDATION_001")
    if takes_key(endpoint, words):
        add(422, "IDEMPOTENCY_001")
    if takes_if_match(endpoint):
        add(412, "PRECONDITION_001")
    add(429, "RATE_001")
    add(500, "SERVER_001")
    add(503, "SERVER_002")
    return {status: tuple(codes) for status, codes in found.items()}
