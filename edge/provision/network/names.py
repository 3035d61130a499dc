"""Names and passwords of Wi-Fi networks. A name is 1 to 32 bytes of anything (IEEE 802.11), never simply a text."""

import re
import unicodedata
from typing import NewType

Ssid = NewType("Ssid", bytes)

MOST_BYTES = 32
_HEX_KEY = re.compile(r"[0-9A-Fa-f]{64}")


def shown(ssid: bytes) -> str:
    r"""For people: bytes that are no UTF-8, and characters that act (controls, those that turn text), as `\xnn`."""
    return "".join(
        character if _is_harmless(character) else "".join(f"\\x{byte:02x}" for byte in _bytes(character))
        for character in ssid.decode("utf-8", "surrogateescape")
    )


def key(ssid: bytes) -> str:
    """As it travels in a form: hex, because a browser would not give odd bytes back as they were."""
    return ssid.hex()


def from_key(text: str) -> Ssid | None:
    """None for what is no name of a network."""
    try:
        ssid = bytes.fromhex(text)
    except ValueError:
        return None
    return None if fault_of_ssid(ssid) else Ssid(ssid)


def fault_of_ssid(ssid: bytes) -> str:
    """What is wrong with it as a name to join; empty: nothing."""
    if not 1 <= len(ssid) <= MOST_BYTES or not any(ssid):
        return f"is no name of a Wi-Fi network; allowed: 1 to {MOST_BYTES} bytes"
    return ""


def fault_of_password(password: str) -> str:
    """What is wrong with it as a WPA passphrase or key; empty: nothing, and for a network without one."""
    is_phrase = 8 <= len(password) <= 63 and password.isascii() and password.isprintable()
    if not password or is_phrase or _HEX_KEY.fullmatch(password):
        return ""
    return "is no Wi-Fi password; allowed: 8 to 63 letters, digits and signs without accents, or 64 hex digits"


def wifi_link(ssid: str, password: str) -> str:
    """The text of a QR code that a phone's camera joins a WPA network by."""
    return f"WIFI:T:WPA;S:{_escaped(ssid)};P:{_escaped(password)};;"


def _escaped(text: str) -> str:
    return re.sub(r'([\\;,:"])', r"\\\1", text)


def _is_harmless(character: str) -> bool:
    return character == " " or not unicodedata.category(character).startswith(("C", "Z"))


def _bytes(character: str) -> bytes:
    return character.encode("utf-8", "surrogateescape")
