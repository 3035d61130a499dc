"""Reading JSON bodies: msgspec types, and when something is wrong, every wrong field at once."""

import re
import types
from collections.abc import Iterator
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import msgspec

from cloud.problems import FieldError, Problem, invalid

B = TypeVar("B")


class Body(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What a client sends: camelCase on the wire; a field it does not know is a fault, so typing errors are seen."""


def decode(body: bytes, kind: type[B]) -> B:
    """The body as a `kind`. Raises Problem 400 VALIDATION_001 that lists every wrong field."""
    try:
        document = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise Problem(400, "VALIDATION_001", f"The body is not JSON: {fault}.") from fault
    return convert(document, kind)


def convert(document: Any, kind: type[B]) -> B:
    """As `decode`, from a document that is already parsed."""
    try:
        return msgspec.convert(document, kind)
    except msgspec.ValidationError as fault:
        errors = list(faults(document, kind, "")) or [FieldError("", _sentence(fault))]
        raise invalid(errors) from fault


def faults(value: Any, kind: Any, path: str) -> Iterator[FieldError]:
    """Every place where `value` is not a `kind`. Paths are JSON pointers (RFC 6901)."""
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as fault:
        inner = list(_inner_faults(value, _narrow(value, kind), path))
        yield from inner or [FieldError(path, _sentence(fault))]


def _inner_faults(value: Any, kind: Any, path: str) -> Iterator[FieldError]:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and isinstance(value, dict):
        yield from _struct_faults(value, kind, path)
    elif get_origin(kind) in (list, tuple) and isinstance(value, list):
        for index, element in enumerate(value):
            yield from faults(element, get_args(kind)[0], f"{path}/{index}")


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


def _narrow(value: Any, kind: Any) -> Any:
    """The member of a union that `value` means to be: the one struct, or the one with its tag."""
    if get_origin(kind) is Annotated:
        return _narrow(value, get_args(kind)[0])
    if get_origin(kind) not in (Union, types.UnionType):
        return kind
    members = [member for member in get_args(kind) if member is not type(None) and member is not msgspec.UnsetType]
    for member in members:
        config = getattr(member, "__struct_config__", None)
        if config and config.tag_field and isinstance(value, dict) and value.get(config.tag_field) == config.tag:
            return member
    return _narrow(value, members[0]) if len(members) == 1 else kind


def _sentence(fault: msgspec.ValidationError) -> str:
    """msgspec's message without its own path, which FieldError tells better."""
    text = re.sub(r" - at `[^`]*`$", "", str(fault))
    return text[:1].lower() + text[1:]
