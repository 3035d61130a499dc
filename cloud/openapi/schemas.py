"""JSON schemas of types, written so that programs that make clients of them read them.

They are stricter, and know less, than JSON Schema: a class is called by its title, an enumeration needs its type, and
`items: false` after the members of a tuple is unknown to them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from inspect import cleandoc
from typing import Any

import msgspec

Schema = dict[str, Any]
REF = "#/components/schemas/{name}"
ROOT = REF.format(name="")
_SNAKE = re.compile(r"(?<=`)[a-z]+(?:_[a-z]+)+(?=`)")
"""What a docstring calls a field."""
BINARY: Schema = {"type": "string", "format": "binary"}


class Schemas:
    """With one component for each struct. `sent` are the types that only the server writes, `read` those it reads."""

    def __init__(self, *, sent: Sequence[Any], read: Sequence[Any]) -> None:
        unique = list({repr(kind): kind for kind in (*read, *sent) if kind is not bytes}.values())
        found, components = msgspec.json.schema_components(unique, ref_template=REF)
        names = {name: _short(name) for name in components}
        self._schemas = {repr(kind): _plain(schema, names) for kind, schema in zip(unique, found, strict=True)}
        self.components = {
            names[name]: _plain(schema, names) | {"title": names[name]} for name, schema in sorted(components.items())
        }
        for name in self.components.keys() - self._reached([self.of(kind) for kind in read]):
            _always_there(self.components[name])

    def of(self, kind: Any) -> Schema:
        return BINARY if kind is bytes else self._schemas[repr(kind)]

    def _reached(self, schemas: Iterable[Schema]) -> set[str]:
        """The components that these schemas lead to."""
        reached: set[str] = set()
        waiting = [name for schema in schemas for name in _references(schema)]
        while waiting:
            if (name := waiting.pop()) not in reached:
                reached.add(name)
                waiting += _references(self.components[name])
        return reached


def _short(name: str) -> str:
    """`cloud.screens.devices.Change`, which msgspec writes when two have one name, becomes `ScreensDevicesChange`."""
    ours = re.sub(r"^(cloud|vizora)\.", "", name)
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[._]", ours))


def _plain(schema: Any, names: Mapping[str, str]) -> Any:
    if isinstance(schema, list | tuple):
        return [_plain(value, names) for value in schema]
    if isinstance(schema, str):
        name = schema.removeprefix(ROOT)
        return schema if name == schema else ROOT + names[name]
    if not isinstance(schema, Mapping):
        return schema
    plain = {key: _plain(value, names) for key, value in schema.items()}
    members = plain.get("prefixItems", [])
    if plain.get("items") is False and members and all(member == members[0] for member in members):
        plain["items"] = plain.pop("prefixItems")[0]
    if isinstance(plain.get("enum"), list) and all(isinstance(value, str) for value in plain["enum"]):
        plain["type"] = "string"
    if plain.get("format") == "binary":
        plain.pop("contentEncoding", None)  # msgspec's word for bytes in JSON; these are parts of a form
    if isinstance(plain.get("description"), str):
        plain["description"] = _SNAKE.sub(_on_the_wire, cleandoc(plain["description"]))
    return plain


def _on_the_wire(name: re.Match[str]) -> str:
    first, *others = name[0].split("_")
    return first + "".join(part.capitalize() for part in others)


def _always_there(component: Schema) -> None:
    """What has a default is written all the same: whoever reads answers may count on it."""
    fields: Mapping[str, Schema] = component.get("properties", {})
    written = {*component.get("required", []), *(name for name, schema in fields.items() if "default" in schema)}
    for schema in fields.values():
        schema.pop("default", None)
    if fields:
        component["required"] = [name for name in fields if name in written]


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, str) and schema.startswith(ROOT):
        yield schema.removeprefix(ROOT)
    elif isinstance(schema, Mapping):
        for value in schema.values():
            yield from _references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _references(value)
