"""Leaves out of a GIF what it does not show (GIF89a): comments, what programs put in, what hangs behind it."""

from cloud.content.privacy.edits import Piece, Strange

GRAPHIC_CONTROL, PLAIN_TEXT, APPLICATION = 0xF9, 0x01, 0xFF
SHOWN = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")
"""Applications whose blocks change what is seen: how often it plays, and its colours."""


def without_private_blocks(data: memoryview) -> list[Piece] | None:
    """The pieces of the same picture without them; None when there are none. Raises Strange or IndexError."""
    pieces: list[Piece] = []
    begun, at = 0, 13 + _colours(data[10])
    while at < len(data) and data[at] != 0x3B:
        kind, start = data[at], at
        if kind == 0x21:
            at = _after_sub_blocks(data, at + 2)
        elif kind == 0x2C:
            at = _after_sub_blocks(data, at + 11 + _colours(data[at + 9]))
        else:
            raise Strange
        if kind == 0x21 and not _is_seen(data[start:at]):
            pieces.append(data[begun:start])
            begun = at
    end = at + 1
    if not pieces and not any(data[end:]):
        return None
    return [*pieces, data[begun:end]]


def _is_seen(extension: memoryview) -> bool:
    label = extension[1]
    return label in (GRAPHIC_CONTROL, PLAIN_TEXT) or (label == APPLICATION and bytes(extension[3:14]) in SHOWN)


def _colours(flags: int) -> int:
    """How many bytes the colour table takes that these flags announce."""
    return 3 << (flags & 0x07) + 1 if flags & 0x80 else 0


def _after_sub_blocks(data: memoryview, at: int) -> int:
    while data[at]:
        at += 1 + data[at]
    return at + 1
