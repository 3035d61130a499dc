"""Reading JSON bodies: msgspec types, and when something is wrong, every wrong field at once."""

import codecs
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain, islice
from typing import Any, TypeVar, get_args, get_origin

import msgspec
from starlette.requests import Request

from cloud.allowed import members, one_of, sentence
from cloud.problems import MOST_TOLD, FieldError, Problem, invalid, refuse

B = TypeVar("B")
K = TypeVar("K")

JSON_LIMIT = 1_048_576
"""Bytes of a JSON body."""
AT_ONCE = 1000
"""Entries of a list that are held against their type in one go, which is quick, before one is looked at by itself."""


class Body(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What a client sends: camelCase on the wire; a field it does not know is a fault, so typing errors are seen."""


async def json_body(request: Request) -> bytes:
    """The body of a request that says JSON, or says nothing of what it is. Raises Problem 413 and 415.

    Without the byte order mark that some programs begin with: RFC 8259 section 8.1 lets us.
    """
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding != "identity":
        raise Problem(
            415,
            "VALIDATION_001",
            f"The Content-Encoding {coding[:100]!r} is not read here: send the body as it is.",
            headers={"Accept-Encoding": "identity"},
        )
    said = request.headers.get("content-type", "")
    kind = said.partition(";")[0].strip().lower()
    if kind and kind != "application/json" and not kind.endswith("+json"):
        raise Problem(
            415, "VALIDATION_001", f"The Content-Type {said[:100]!r} is not read here: send application/json."
        )
    return (await whole_body(request)).removeprefix(codecs.BOM_UTF8)


async def whole_body(request: Request) -> bytes:
    """Raises Problem 413 as soon as it is too large."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > JSON_LIMIT:
            raise Problem(413, "VALIDATION_001", f"The body is larger than {JSON_LIMIT} bytes.")
    return bytes(body)


def decode(body: bytes, kind: type[B]) -> B:
    """The body as a `kind`. Raises Problem 400 VALIDATION_001 that lists every wrong field."""
    if not body:
        raise Problem(
            400, "VALIDATION_001", "The body is empty; a JSON object is expected, {} if there is nothing to say."
        )
    try:
        return convert(msgspec.json.decode(body), kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise Problem(400, "VALIDATION_001", f"The body is not JSON: {fault}.") from fault
    except RecursionError as fault:
        raise Problem(400, "VALIDATION_001", "The body is nested too deeply.") from fault


def read_json(text: bytes, kind: type[K]) -> K:
    """What else a stranger sent, as a `kind`. Raises MsgspecError, also for what is nested too deeply to be read and
    for texts with U+0000."""
    try:
        value = msgspec.json.decode(text, type=kind)
        if rb"\u0000" in text and any(_not_kept(value, "")):  # JSON can only write it escaped
            raise msgspec.DecodeError("it has the character U+0000")
    except RecursionError as fault:
        raise msgspec.DecodeError("it is nested too deeply") from fault
    return value


def convert(document: Any, kind: type[B]) -> B:
    """As `decode`, from a document that is already parsed."""
    try:
        value = msgspec.convert(document, kind)
    except msgspec.ValidationError as fault:
        errors = _told(faults(document, kind, "")) or [FieldError("", _sentence(fault, document, kind))]
        raise invalid(errors) from fault
    refuse(_told(_not_kept(value, "")))
    return value


def _told(errors: Iterator[FieldError]) -> list[FieldError]:
    """No more are looked for than are told: a body may have half a million, and everybody waits meanwhile."""
    return list(islice(errors, MOST_TOLD + 1))


def faults(value: Any, kind: Any, path: str) -> Iterator[FieldError]:
    """Every place where `value` is not a `kind`. Paths are JSON pointers (RFC 6901)."""
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as fault:
        inner = chain(_inner_faults(value, _narrow(value, kind), path), _tag_faults(value, kind, path))
        yield next(inner, None) or FieldError(path, _sentence(fault, value, kind))
        yield from inner


def _inner_faults(value: Any, kind: Any, path: str) -> Iterator[FieldError]:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and isinstance(value, dict):
        yield from _struct_faults(value, kind, path)
    elif get_origin(kind) in (list, tuple) and isinstance(value, list):
        element = get_args(kind)[0]
        for start in range(0, len(value), AT_ONCE):
            some = value[start : start + AT_ONCE]
            if not _are(some, element):
                for index, one in enumerate(some, start):
                    yield from faults(one, element, f"{path}/{index}")


def _are(values: list[Any], kind: Any) -> bool:
    try:
        msgspec.convert(values, list[kind])
    except msgspec.ValidationError:
        return False
    return True


def _struct_faults(value: dict[str, Any], kind: type[msgspec.Struct], path: str) -> Iterator[FieldError]:
    fields = msgspec.structs.fields(kind)
    for field in fields:
        if field.encode_name in value:
            yield from faults(value[field.encode_name], field.type, f"{path}/{field.encode_name}")
        elif field.required:
            yield FieldError(f"{path}/{field.encode_name}", "is required")
    config = kind.__struct_config__
    if config.forbid_unknown_fields:
        known = {field.encode_name for field in fields} | {config.tag_field}
        for name in value:
            if name not in known:
                yield FieldError(f"{path}/{name}", "is not a field of this object")


def _not_kept(value: Any, path: str) -> Iterator[FieldError]:
    """What no database of ours keeps: instants that have a year here and none in UTC, as 0001-01-01T00:00:00+14:00,
    and the one character that PostgreSQL knows not."""
    if isinstance(value, str):
        if "\0" in value:
            yield FieldError(path, "must not have the character U+0000")
    elif isinstance(value, datetime):
        try:
            value.astimezone(UTC)
        except OverflowError:
            yield FieldError(path, "must lie in the years 1 to 9999 of UTC")
    elif isinstance(value, msgspec.Struct):
        for name, encoded in zip(value.__struct_fields__, value.__struct_encode_fields__, strict=True):
            yield from _not_kept(getattr(value, name), f"{path}/{encoded}")
    elif isinstance(value, list | tuple):
        for index, element in enumerate(value):
            yield from _not_kept(element, f"{path}/{index}")
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _not_kept(name, path)
            yield from _not_kept(part, f"{path}/{name}")


def _tag_faults(value: Any, kind: Any, path: str) -> Iterator[FieldError]:
    """Where it can't be told which member of a union is meant: the tags there are."""
    configs = [config for member in members(kind) if (config := getattr(member, "__struct_config__", None))]
    tags = {str(config.tag): config.tag_field for config in configs if config.tag_field}
    if not isinstance(value, dict) or not tags:
        return
    field = next(iter(tags.values()))
    if str(value.get(field)) not in tags:
        yield FieldError(f"{path}/{field}", one_of(tags))


def _narrow(value: Any, kind: Any) -> Any:
    """The member of a union that `value` means to be: the one struct, or the one with its tag."""
    possible = members(kind)
    for member in possible:
        config = getattr(member, "__struct_config__", None)
        if config and config.tag_field and isinstance(value, dict) and value.get(config.tag_field) == config.tag:
            return member
    return possible[0] if len(possible) == 1 else kind


def _sentence(fault: msgspec.ValidationError, value: Any, kind: Any) -> str:
    """What is allowed, where that can be said; else msgspec's message without its own path, which FieldError tells
    better, and without its capital."""
    text = re.sub(r" - at `[^`]*`$", "", str(fault))
    return sentence(value, kind) or text[:1].lower() + text[1:]
