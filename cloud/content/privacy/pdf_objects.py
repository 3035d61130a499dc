"""Objects of a PDF as pdfium writes it (ISO 32000-1, 7.3 and 7.5): one revision, one table, no packed objects.

A name, number or string is kept as it is written: `bytes`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cloud.content.privacy.edits import Strange


@dataclass(frozen=True, slots=True)
class Reference:
    number: int


class Dictionary(dict[bytes, "bytes | Reference | list[object] | Dictionary"]):
    """By names, with their `/`."""


@dataclass(frozen=True, slots=True)
class Object:
    value: object
    stream: memoryview | None


DEEPEST = 200
_REGULAR = rb"[^\x00\t\n\x0c\r ()<>\[\]{}/%]"
_TOKEN = re.compile(
    rb"[\x00\t\n\x0c\r ]*(?:(?P<sign><<|>>|\[|\]|\()|(?P<reference>(?P<number>\d+) +\d+ +R(?!" + _REGULAR + rb"))"
    rb"|(?P<plain><[0-9A-Fa-f]*>|/?" + _REGULAR + rb"+|/))"
)
_END_OF_STRING = re.compile(rb"\\[\s\S]|[()]")
_STREAM = re.compile(rb"[\t\n\x0c\r ]*stream\r?\n")


class Objects:
    """Raises Strange wherever the file is not of this kind."""

    def __init__(self, data: memoryview) -> None:
        self._data = data
        at = _after(rb"startxref\s+(\d+)\s+%%EOF\s*\Z", data[-64:])
        self._places = dict(self._table(at))

    def _table(self, at: int) -> Iterator[tuple[int, int]]:
        if bytes(self._data[at : at + 4]) != b"xref":
            raise Strange
        section = re.compile(rb"\s*(\d+) (\d+)\s*\n|\s*trailer\s*")
        at += 4
        while found := section.match(self._data, at):
            at = found.end()
            if found[1] is None:
                trailer = self._value(at)[0]
                if not isinstance(trailer, Dictionary):
                    raise Strange
                self.trailer = trailer
                return
            for number in range(int(found[1]), int(found[1]) + int(found[2])):
                line = bytes(self._data[at : at + 20])
                if line[17:18] == b"n":
                    yield number, int(line[:10])
                at += 20
        raise Strange

    def __contains__(self, number: int) -> bool:
        return number in self._places

    def __getitem__(self, number: int) -> Object:
        head = re.compile(rb"%d \d+ obj" % number).match(self._data, self._places[number])
        if head is None:
            raise Strange
        value, at = self._value(head.end())
        if not isinstance(value, Dictionary) or not (begin := _STREAM.match(self._data, at)):
            return Object(value, None)
        length = self.resolved(value.get(b"/Length"))
        if not isinstance(length, bytes) or not length.isdigit():
            raise Strange
        stream = self._data[begin.end() : begin.end() + int(length)]
        if len(stream) != int(length):
            raise Strange
        return Object(value, stream)

    def resolved(self, value: object) -> object:
        if isinstance(value, Reference) and value.number in self:
            return self[value.number].value
        return value

    def _value(self, at: int, depth: int = 0) -> tuple[object, int]:
        """What begins there, and where it ends; the sign that closes something is given as it is."""
        token = _TOKEN.match(self._data, at)
        if token is None or depth > DEEPEST:
            raise Strange
        if token["reference"]:
            return Reference(int(token["number"])), token.end()
        if token["plain"]:
            return token["plain"], token.end()
        if token["sign"] == b"(":
            return self._string(token.end() - 1)
        if token["sign"] in (b">>", b"]"):
            return token["sign"], token.end()
        items, at = self._items(token.end(), b"]" if token["sign"] == b"[" else b">>", depth + 1)
        return (items if token["sign"] == b"[" else _dictionary(items)), at

    def _items(self, at: int, close: bytes, depth: int) -> tuple[list[object], int]:
        items: list[object] = []
        while True:
            item, at = self._value(at, depth)
            if item == close:
                return items, at
            items.append(item)

    def _string(self, start: int) -> tuple[bytes, int]:
        depth, at = 1, start + 1
        while depth:
            found = _END_OF_STRING.search(self._data, at)
            if found is None:
                raise Strange
            depth += {b"(": 1, b")": -1}.get(found[0], 0)
            at = found.end()
        return bytes(self._data[start:at]), at


def _dictionary(items: list[object]) -> Dictionary:
    names, values = items[::2], items[1::2]
    if len(names) != len(values) or not all(isinstance(name, bytes) and name[:1] == b"/" for name in names):
        raise Strange
    return Dictionary(zip(names, values, strict=True))  # type: ignore[arg-type]


def written(value: object, number_of: "dict[int, int]") -> bytes:
    """As it stands in a file in which objects have these numbers; one that is not there is null."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, Reference):
        return b"%d 0 R" % number_of[value.number] if value.number in number_of else b"null"
    if isinstance(value, Dictionary):
        return b"<<" + b"".join(name + b" " + written(part, number_of) for name, part in value.items()) + b">>"
    assert isinstance(value, list)
    return b"[" + b" ".join(written(part, number_of) for part in value) + b"]"


def references(value: object) -> Iterator[int]:
    if isinstance(value, Reference):
        yield value.number
    elif isinstance(value, Dictionary):
        for part in value.values():
            yield from references(part)
    elif isinstance(value, list):
        for part in value:
            yield from references(part)


def _after(pattern: bytes, text: memoryview) -> int:
    found = re.search(pattern, text)
    if found is None:
        raise Strange
    return int(found[1])
