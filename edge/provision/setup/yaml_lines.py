"""The small part of YAML 1.2 that Raspberry Pi Imager writes: maps by indentation, and one value a line.

Lists, blocks and flow values are stepped over and named as what they are; whoever reads them decides whether they
matter. Nothing is executed, constructed or expanded: no tags, anchors, aliases or merge keys.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_LINES = 2000

_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "n": "\n", "t": "\t", "0": "\0", "a": "\a", "b": "\b", "e": "\x1b",
            "f": "\f", "r": "\r", "v": "\v", " ": " ", "_": "\xa0", "N": "\x85"}  # fmt: skip
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_KEY = re.compile(
    r"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'#\[\]{},&*!|>%@`:-][^:#]*?|-[^\s:#][^:#]*?)\s*:(?:\s+(.*)|)$"""
)


class NotOursError(ValueError):
    """A line of another kind; the text says which."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A value (text, as written without its quotes) and the keys that lead to it. None: nothing, or a map follows."""

    path: tuple[str, ...]
    value: str | None
    line: int
    fault: str = ""
    """Why it isn't a value of the small part."""


def entries(text: str) -> Iterator[Entry]:
    """Every key in order. What can't be understood comes as an entry with a fault, and its inner lines don't come."""
    path: list[tuple[int, str]] = []
    skipping: int | None = None
    for number, raw in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        stripped = raw.strip(" \r")
        indent = len(raw) - len(raw.lstrip(" "))
        if not stripped or stripped.startswith("#") or (stripped in ("---", "...") and indent == 0):
            continue
        if number > MOST_LINES:
            yield Entry((), None, number, f"is more than {MOST_LINES} lines")
            return
        if skipping is not None and (indent > skipping or (indent == skipping and _is_item(stripped))):
            continue
        skipping = None
        if stripped.startswith("\t"):
            yield Entry((), None, number, "is indented by a tab; allowed: spaces")
            continue
        if _is_item(stripped):
            while path and path[-1][0] > indent:
                path.pop()
            skipping = indent
            yield Entry(tuple(key for _, key in path), None, number, "is a list")
            continue
        while path and path[-1][0] >= indent:
            path.pop()
        try:
            key, value = _pair(stripped)
        except ValueError as error:
            skipping = indent
            yield Entry(tuple(key for _, key in path), None, number, str(error))
            continue
        path.append((indent, key))
        names = tuple(key for _, key in path)
        try:
            yield Entry(names, _scalar(value), number)
        except ValueError as error:
            skipping = indent
            yield Entry(names, None, number, str(error))


def _is_item(stripped: str) -> bool:
    return stripped == "-" or stripped.startswith("- ")


def _pair(stripped: str) -> tuple[str, str]:
    found = _KEY.match(stripped)
    if found is None:
        raise NotOursError("is no line like key: value")
    key = _scalar(found[1])
    return key or "", found[2] or ""


def _scalar(text: str) -> str | None:
    """Plain, 'single' or "double" on one line; None for nothing, `~` and `null`."""
    text = text.strip()
    if text.startswith('"'):
        found = re.fullmatch(r'"((?:[^"\\]|\\.)*)"(?:\s+#.*)?', text)
        if found is None:
            raise NotOursError("has a quote that doesn't end on its line")
        return _ESCAPE.sub(_unescaped, found[1])
    if text.startswith("'"):
        found = re.fullmatch(r"'((?:[^']|'')*)'(?:\s+#.*)?", text)
        if found is None:
            raise NotOursError("has a quote that doesn't end on its line")
        return found[1].replace("''", "'")
    plain = re.split(r"(?:^|\s)#", text, maxsplit=1)[0].strip()
    if plain[:1] in tuple("[{"):
        raise NotOursError("is a list or map in brackets")
    if plain[:1] in tuple("|>"):
        raise NotOursError("is a text of several lines")
    if plain[:1] in tuple("&*!%@`,]}"):
        raise NotOursError(f"begins with {plain[0]}, which YAML keeps for other things; put it in quotes")
    return None if plain in ("", "~", "null", "Null", "NULL") else plain


def _unescaped(found: re.Match[str]) -> str:
    code = found[1] or found[2] or found[3]
    if code:
        if int(code, 16) > 0x10FFFF or 0xD800 <= int(code, 16) <= 0xDFFF:
            raise NotOursError(f"has \\{found[0][1:]} in it, which is no character")
        return chr(int(code, 16))
    if found[4] not in _ESCAPES:
        raise NotOursError(f"has \\{found[4]} in quotes, which YAML doesn't know")
    return _ESCAPES[found[4]]
