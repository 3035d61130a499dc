"""The WebSocket frames that nearly all messages are: one whole text each (RFC 6455 section 5.2). Pure."""

from websockets.frames import apply_mask  # type: ignore[attr-defined]  # the quickest it has here

TEXT = 0x81
"""A text that ends with its frame; neither extension nor fragment."""
LONG, MOST = 126, 0xFFFF
"""The length that says: two bytes with the length follow; and the greatest they can say."""


def plain_text(packet: bytes) -> bytes | None:
    """What a client's packet says that is exactly one such frame. None of all others: they are the library's."""
    start = _start(packet)
    if start is None:
        return None
    text = apply_mask(packet[start:], packet[start - 4 : start])
    return text if text.isascii() or _is_utf_8(text) else None


def is_whole_text(packet: bytes) -> bool:
    """Whether it is such a frame, be its text UTF-8 or not."""
    return _start(packet) is not None


def text_frame(text: bytes) -> bytes:
    """As a server sends it. Raises ValueError when `text` is longer than our messages are."""
    if len(text) < LONG:
        return bytes((TEXT, len(text))) + text
    if len(text) > MOST:
        raise ValueError(f"a message of {len(text)} bytes; at most {MOST} are sent")
    return bytes((TEXT, LONG, *len(text).to_bytes(2))) + text


def _start(packet: bytes) -> int | None:
    """Where its text begins."""
    if len(packet) < 6 or packet[0] != TEXT:
        return None
    length, start = packet[1] ^ 0x80, 6  # without the bit that says it is masked, no length fits
    if length == LONG:
        length, start = int.from_bytes(packet[2:4]), 8
    elif length > LONG:
        return None
    return start if len(packet) == start + length else None


def _is_utf_8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True
