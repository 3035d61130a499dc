"""What a field may be: the types that several rooms share, and what is said to whoever sent something else."""

import types
from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import Enum
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec

NOT_BLANK = r"\S"
"""A pattern for texts that people are to see."""
COLOUR = "^#[0-9a-fA-F]{6}$"
NAME = "^[A-Za-z0-9_-]{1,60}$"
PATTERNS = {COLOUR: "a colour as in #1a2b3c", NAME: "1 to 60 of A-Z, a-z, 0-9, _ and -"}
"""Patterns in the words of people."""
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=NOT_BLANK)]
"""What people call a thing they make."""
Colour = Annotated[str, msgspec.Meta(pattern=COLOUR, examples=["#1a2b3c"])]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
"""With Z or an offset, or it is refused; `vizora.manifest.model.Instant` takes one without."""
PLAIN = {
    bool: "true or false",
    datetime: "an instant with Z or an offset, as in 2026-12-24T18:00:00Z",
    dict: "an object",
}


def one_of(allowed: Iterable[Any]) -> str:
    return f"must be one of {', '.join(str(value) for value in allowed)}"


def members(kind: Any) -> list[Any]:
    """What a value may be, besides null and being left out."""
    return [member for member, _ in _members(kind)]


def sentence(value: Any, kind: Any) -> str | None:
    """As in `must be a whole number from 1 to 9`; None for types that are not known here."""
    found = list(_members(kind))
    if len(found) != 1:
        return None
    member, meta = found[0]
    if isinstance(member, type) and issubclass(member, Enum):
        return one_of(choice.value for choice in member)
    if isinstance(value, str) and member is str and meta.pattern == NOT_BLANK and value and not value.strip():
        return "must not be blank"
    words = _words(get_origin(member) or member, meta)
    return words and f"must be {'null or ' if _takes_null(kind) else ''}{words}"


def _members(kind: Any, meta: msgspec.Meta | None = None) -> Iterator[tuple[Any, msgspec.Meta]]:
    origin = get_origin(kind)
    if origin is Annotated:
        inner, *notes = get_args(kind)
        yield from _members(inner, next((note for note in notes if isinstance(note, msgspec.Meta)), meta))
    elif origin in (Union, types.UnionType):
        for part in get_args(kind):
            yield from _members(part, meta)
    elif kind not in (type(None), msgspec.UnsetType):
        yield kind, meta or msgspec.Meta()


def _takes_null(kind: Any) -> bool:
    if get_origin(kind) is Annotated:
        return _takes_null(get_args(kind)[0])
    return type(None) in get_args(kind) if get_origin(kind) in (Union, types.UnionType) else False


def _words(member: Any, meta: msgspec.Meta) -> str | None:
    if member is str:
        pattern = PATTERNS.get(meta.pattern or "")
        return pattern or _sized("text", meta, "characters")
    if member in (int, float):
        return _between("a whole number" if member is int else "a number", meta.ge, meta.le, " from ")
    if member in (list, tuple):
        return _sized("a list", meta, "entries")
    if isinstance(member, type) and issubclass(member, msgspec.Struct):
        return PLAIN[dict]
    return PLAIN.get(member)


def _sized(what: str, meta: msgspec.Meta, of: str) -> str:
    said = _between(what, meta.min_length, meta.max_length, " of ")
    return said if said == what else f"{said} {of}"


def _between(what: str, least: float | None, most: float | None, link: str) -> str:
    if least is None and most is None:
        return what
    if most is None:
        return f"{what}{link}at least {least}" if link == " of " else f"{what}, at least {least}"
    if least is None:
        return f"{what}{link}at most {most}" if link == " of " else f"{what}, at most {most}"
    return f"{what}{link}{least} to {most}"
