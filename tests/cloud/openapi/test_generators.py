"""Programs that write clients read `/openapi.json` whole. Each rule here is one that openapi-python-client, Spectral or
Redocly stumbled over: no client at all, or one without the calls that mattered."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from cloud.app import ROOMS
from cloud.openapi.described import DESCRIBED
from cloud.openapi.description import Shape
from cloud.openapi.document import document
from cloud.openapi.schemas import Schemas
from vizora.manifest.model import Instant

DOCUMENT = document([endpoint for room in ROOMS for endpoint in room.endpoints], DESCRIBED)
COMPONENTS: dict[str, Any] = DOCUMENT["components"]["schemas"]
OPERATIONS = [
    (method.upper(), path, operation) for path, item in DOCUMENT["paths"].items() for method, operation in item.items()
]
TAKEN = {"Any", "Client", "Error", "File", "Promise", "Response", "Unset"}
"""Classes that clients have of their own."""


def schemas(value: Any, at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Everything in it that may be a schema, with where it is."""
    if isinstance(value, dict):
        yield at, value
        for key, inner in value.items():
            yield from schemas(inner, f"{at}/{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from schemas(inner, f"{at}/{number}")


def test_each_class_is_called_as_its_component_and_as_nothing_else() -> None:
    assert {name: schema["title"] for name, schema in COMPONENTS.items()} == {name: name for name in COMPONENTS}
    assert COMPONENTS.keys() & TAKEN == set()


def test_no_schema_is_a_lone_true_or_false_but_for_fields_that_are_forbidden() -> None:
    lone = [at for at, schema in schemas(COMPONENTS) for key in ("items", "not") if isinstance(schema.get(key), bool)]

    assert lone == []


def test_enumerations_of_words_say_that_they_are_words() -> None:
    words = [(at, schema) for at, schema in schemas(DOCUMENT["paths"] | COMPONENTS) if "enum" in schema]

    assert words
    assert [at for at, schema in words if schema.get("type") != "string"] == []


def test_every_operation_has_a_name_and_a_tag_that_is_explained() -> None:
    explained = {tag["name"] for tag in DOCUMENT["tags"]}
    used = {tag for _, _, operation in OPERATIONS for tag in operation["tags"]}
    names = [operation["operationId"] for _, _, operation in OPERATIONS]

    assert used == explained
    assert len(set(names)) == len(OPERATIONS)
    assert DOCUMENT["servers"][0]["url"] == "/"


def test_what_is_sent_and_fetched_has_a_schema_also_when_it_is_bytes() -> None:
    bare = [
        f"{method} {path} {media_type}"
        for method, path, operation in OPERATIONS
        for of in (operation.get("requestBody", {}), *operation["responses"].values())
        for media_type, content in of.get("content", {}).items()
        if not content["schema"]
    ]

    assert bare == []


def test_fields_that_are_instants_say_so() -> None:
    instants = {
        (name, field)
        for name, schema in COMPONENTS.items()
        for field, kind in schema.get("properties", {}).items()
        if field in ("since", "until", "at", "nextChange", "validFrom", "validUntil", "from", "to")
        or (field.endswith("At") and field != "at")
    }
    said = {pair for pair in instants if '"date-time"' in json.dumps(COMPONENTS[pair[0]]["properties"][pair[1]])}

    assert instants - said == set()
    assert len(said) > 80


def test_answers_promise_what_is_always_written() -> None:
    """A field of the manifest with a default: who reads it need not ask whether it is there."""
    required = COMPONENTS["Manifest"]["required"]

    assert {"format", "keys", "overrides", "fallback"} <= set(required)
    assert "default" not in COMPONENTS["Manifest"]["properties"]["format"]


class Colour(Shape, frozen=True):
    red_share: int = 0
    ends: tuple[int, int] = (0, 1)
    seen_at: Instant | None = None


class Painted(Shape, frozen=True):
    """Its `red_share` is that of
    `colour`."""

    colour: Colour
    again: int | msgspec.UnsetType = msgspec.UNSET


@pytest.mark.parametrize(("read", "required"), [([], ["redShare", "ends", "seenAt"]), ([Painted], [])])
def test_a_default_is_always_there_unless_clients_write_it_too(read: list[Any], required: list[str]) -> None:
    found = Schemas(sent=[Painted], read=read).components

    assert found["Colour"]["required"] == required
    assert found["Painted"]["required"] == ["colour"]
    assert "default" in found["Colour"]["properties"]["redShare"] or not read


def test_two_alike_are_a_list_of_two_and_docstrings_speak_of_fields() -> None:
    found = Schemas(sent=[Painted], read=[]).components

    assert found["Colour"]["properties"]["ends"] == {
        "type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "integer"},
    }  # fmt: skip
    assert found["Painted"]["description"] == "Its `redShare` is that of\n`colour`."


def test_bytes_are_binary_not_base64() -> None:
    assert Schemas(sent=[bytes], read=[]).of(bytes) == {"type": "string", "format": "binary"}
    assert COMPONENTS["UploadForm"]["properties"]["file"] == {"type": "string", "format": "binary"}


def test_headers_that_steer_a_client_are_described_where_they_come() -> None:
    """401 has a challenge (RFC 9110 section 15.5.2), 429 a time to wait, a creation whether it is a repetition."""
    for method, path, operation in OPERATIONS:
        keyed = any(parameter["name"] == "Idempotency-Key" for parameter in operation.get("parameters", ()))
        for status, answer in operation["responses"].items():
            named = answer.get("headers", {}).keys()
            assert ("WWW-Authenticate" in named) == (status == "401"), (method, path)
            assert ("Retry-After" in named) >= (status == "429"), (method, path)
            assert ("Idempotency-Replayed" in named) == (keyed and status[0] == "2"), (method, path)
