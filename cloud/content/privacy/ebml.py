"""Elements of an EBML file (RFC 8794), and how one is blanked without moving another."""

from collections.abc import Container, Iterator
from dataclasses import dataclass

from cloud.content.privacy.edits import MOST, Edit, Strange, is_zero

VOID, CRC = 0xEC, 0xBF
MAY_BE_ENDLESS = (0x18538067, 0x1F43B675)
"""Segment and Cluster of Matroska (RFC 9559, 5.1)."""
_UNKNOWN = tuple((1 << 7 * width) - 1 for width in range(9))


@dataclass(frozen=True, slots=True)
class Element:
    """`start` of the whole, `body` of what it holds, and `end`, in bytes from the beginning of the file."""

    id: int
    start: int
    body: int
    end: int
    endless: bool = False
    """It does not say where it ends: a live recording. `end` is then that of the one around it."""


class Elements:
    def __init__(self, data: memoryview) -> None:
        self.data = data
        self.edits: list[Edit] = []
        self._left = MOST

    def inside(self, around: Element, until: Container[int] = ()) -> Iterator[Element]:
        """One after the other; of an endless one up to those that can't be in it. Raises Strange, IndexError."""
        at, end, endless = around.body, around.end, around.endless
        while at < end:
            one = self._read(at, end, endless)
            if endless and one.id in until:
                return
            yield one
            at = one.end

    def children(self, around: Element) -> Iterator[Element]:
        """Those inside; whose contents are to be blanked, are. A checksum that is not right any more goes too."""
        before, checksum = len(self.edits), None
        for one in self.inside(around):
            if one.id == VOID:
                self.zero(one.body, one.end)
            elif one.id == CRC:
                checksum = one
            else:
                yield one
        if checksum and len(self.edits) > before:
            self.blank(checksum)

    def blank(self, one: Element) -> None:
        """It becomes a Void of the same length."""
        width = min(8, one.body - one.start - 1)
        body = one.start + 1 + width
        size = (1 << 7 * width | one.end - body).to_bytes(width, "big")
        self.edits.append(Edit(one.start, body, bytes([VOID]) + size))
        self.zero(body, one.end)

    def zero(self, start: int, end: int) -> None:
        if not is_zero(self.data, start, end):
            self.edits.append(Edit(start, end))

    def number(self, one: Element) -> int:
        return int.from_bytes(self.data[one.body : one.end], "big")

    def text(self, one: Element) -> str:
        return bytes(self.data[one.body : min(one.end, one.body + 200)]).rstrip(b"\0").decode("utf-8", "replace")

    def vint(self, at: int) -> tuple[int, int]:
        """Value and width (RFC 8794, 4)."""
        first = self.data[at]
        width = 9 - first.bit_length()
        if not first:
            raise Strange
        if width == 1:
            return first & 0x7F, 1
        return int.from_bytes(self.data[at : at + width], "big") & _UNKNOWN[width], width

    def _read(self, at: int, end: int, endless: bool) -> Element:
        self._left -= 1
        data = self.data
        width = 9 - data[at].bit_length()
        if width > 4 or not self._left:
            raise Strange
        name = data[at] if width == 1 else int.from_bytes(data[at : at + width], "big")
        size, taken = self.vint(at + width)
        body = at + width + taken
        if size == _UNKNOWN[taken]:
            if name not in MAY_BE_ENDLESS:
                raise Strange
            return Element(name, at, body, end, endless=True)
        if body + size > end and not endless:
            raise Strange
        return Element(name, at, body, min(end, body + size))
