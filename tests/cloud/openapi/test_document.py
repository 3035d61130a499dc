"""`/openapi.json` is complete and true (CONTRACT section 1). That real answers keep to it is held by every test that
talks through a `House`: `tests.cloud.openapi.promise` looks at each of them."""

import json
import re
from pathlib import Path
from typing import Any

import httpx2
import pytest
from jsonschema import Draft202012Validator
from starlette.routing import Route, WebSocketRoute

import cloud
from cloud.app import ROOMS
from cloud.openapi.described import DESCRIBED
from cloud.openapi.document import document, name_of
from tests.cloud.house import House
from tests.cloud.openapi.promise import Promise, Undocumented

ENDPOINTS = [endpoint for room in ROOMS for endpoint in room.endpoints]
DOCUMENT = document(ENDPOINTS, DESCRIBED)
OPERATIONS = [
    (method.upper(), path, operation) for path, item in DOCUMENT["paths"].items() for method, operation in item.items()
]


def test_every_route_is_described() -> None:
    """A new endpoint needs its line in cloud/openapi/described; one that went away leaves none behind."""
    assert {name_of(endpoint) for endpoint in ENDPOINTS} == set(DESCRIBED)


def test_every_path_of_the_application_is_in_it(house: House) -> None:
    paths = {
        route.path
        for route in house.app.routes
        if isinstance(route, Route | WebSocketRoute)
        and (route.path.startswith(("/api", "/realtime")) or route.path in ("/healthz", "/readyz", "/metrics"))
    }

    assert paths - set(DOCUMENT["paths"]) == set()
    assert "/openapi.json" in DOCUMENT["paths"]


def test_it_is_served_to_everybody(house: House) -> None:
    answer = house.client.get("/openapi.json")

    assert answer.json() == json.loads(json.dumps(DOCUMENT))
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=lambda value: str(value)[:60])
def test_every_operation_says_who_may_call_it_and_how_it_fails(method: str, path: str, operation: Any) -> None:
    assert operation["summary"]
    assert operation["security"] or "x-access" not in operation or operation["x-access"] == "public"
    if path.startswith("/api"):
        assert {"500", "503", "429"} <= set(operation["responses"])
        assert ("401" in operation["responses"]) >= bool(operation["security"])
    named = {parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "path"}
    assert named == set(re.findall(r"{(\w+)}", path))


def test_every_schema_is_a_schema_and_every_reference_leads_somewhere() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    text = json.dumps(DOCUMENT)

    assert set(re.findall(r'"#/components/schemas/([^"]+)"', text)) <= set(schemas)
    assert set(re.findall(r'"#/components/headers/([^"]+)"', text)) <= set(DOCUMENT["components"]["headers"])


def test_every_code_in_the_source_is_in_it() -> None:
    source = "".join(path.read_text() for path in Path(cloud.__file__).parent.rglob("*.py"))
    used = set(re.findall(r'Problem\(\s*\d+,\s*"([A-Z]+_\d{3})"', source)) | set(
        re.findall(r'^    code = "([A-Z]+_\d{3})"', source, re.MULTILINE)
    )
    told = {
        code
        for _, _, operation in OPERATIONS
        for answer in operation["responses"].values()
        for code in answer.get("x-codes", ())
    }

    assert used - told == set()


def answered(status: int, body: Any, path: str = "/api/auth/me") -> httpx2.Response:
    request = httpx2.Request("GET", f"http://x{path}")
    return httpx2.Response(status, json=body, request=request)


USER = {
    "id": "1", "email": "a@b", "firstName": "A", "lastName": "B", "role": "admin", "isActive": True,
    "totpEnabled": False, "language": None, "lastLoginAt": None, "createdAt": "2026-01-01T00:00:00Z",
}  # fmt: skip
ORGANIZATION = {
    "id": "1", "name": "A", "slug": "a", "subscriptionTier": "free", "screenQuota": 5, "storageQuota": 5,
    "trialEndsAt": None, "updateChannel": "stable",
    "updateWindow": {"start": "02:00", "end": "05:00"}, "createdAt": "2026-01-01T00:00:00Z",
}  # fmt: skip


def me_only() -> Promise:
    name = "GET /api/auth/me"
    return Promise(document([one for one in ENDPOINTS if name_of(one) == name], {name: DESCRIBED[name]}))


@pytest.mark.parametrize(
    ("status", "body", "fault"),
    [
        (418, {}, "418, which is not"),
        (200, {"user": USER}, "'organization' is a required"),
        (200, {"user": {**USER, "shoeSize": 43}, "organization": ORGANIZATION}, "shoeSize"),
        (200, {"user": {**USER, "role": "king"}, "organization": ORGANIZATION}, "king"),
        (200, {"user": {**USER, "createdAt": "2026-01-01T00:00:00+01:00"}, "organization": ORGANIZATION}, "date-time"),
    ],
)
def test_an_answer_that_breaks_the_promise_is_noticed(status: int, body: Any, fault: str) -> None:
    with pytest.raises(Undocumented, match=fault):
        me_only().check(answered(status, body))


def test_an_answer_that_keeps_it_passes() -> None:
    me_only().check(answered(200, {"user": USER, "organization": ORGANIZATION}))


def test_what_may_be_not_modified_says_by_which_header_and_what_is_sent_in_parts_how_it_stays_whole() -> None:
    operations = [one for path in DOCUMENT["paths"].values() for one in path.values()]
    named = [({one["name"] for one in of.get("parameters", ())}, of["responses"]) for of in operations]

    assert any("304" in answers for _, answers in named)
    assert all(("If-None-Match" in names) == ("304" in answers) for names, answers in named)
    assert all(("If-Range" in names) == ("Range" in names) for names, _ in named)
